"""Who explains: answers to questions in words."""
