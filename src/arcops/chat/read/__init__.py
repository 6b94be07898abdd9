"""How a question is read: by rule, the same words always giving the same reading."""
