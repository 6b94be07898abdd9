"""Commands for tasks: which task a question means, and its command line with the real names of this cluster filled in."""
