"""The record: everything that was observed, kept so that any past moment can be answered. Never imports a source."""
