"""Day files: the record on disk, one SQLite file per UTC day, each of which answers alone (history.md §2)."""
