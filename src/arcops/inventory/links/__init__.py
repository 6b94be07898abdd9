"""What depends on what: one file per relation, each defining ``RELATION``. ``registry`` in ``base.py`` finds them."""
