"""Typed objects: msgspec Structs that name only the fields arcops uses; everything else is skipped by the decoder.

``decode.py`` gives the decoder of a kind. Structs are ``gc=False``: they hold no cycles, and a large index of
collector-tracked objects costs seconds of pauses. Every list and time may be ``null`` on the wire (Go's empty values),
hence the ``| None`` everywhere.
"""
