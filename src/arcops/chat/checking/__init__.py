"""What a model may be told and may say: facts that give orders stay out, sentences that no fact holds are dropped."""
