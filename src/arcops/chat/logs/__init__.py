"""Answers about log lines: which run of which container, what its lines say in a sentence, and the lines themselves."""
