"""Where objects come from: a live API server, files, a recording or a script. Never imports the record."""
