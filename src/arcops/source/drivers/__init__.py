"""One file for each place objects may come from; all of them are a ``source.base.Source``."""
