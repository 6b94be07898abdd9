"""Tools a model may call: each is a question that is answered by rule, its facts numbered in the same book. None writes anything."""
