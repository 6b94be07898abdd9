"""HTTP: routes of a few lines each over the queries, their description, and who may ask. The only door to FastAPI."""
