"""The columns of tables, as kubectl prints them: one file per area, each defining ``COLUMNS`` by kind."""
