"""Which objects a question means: the kind, the scope, the conditions, how well each is, and rows that show them."""
