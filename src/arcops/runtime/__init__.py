"""Puts the parts together: composition, the pipeline that moves data along, start and stop."""
