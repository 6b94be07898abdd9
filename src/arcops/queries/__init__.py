"""Every question a surface may ask: typed in, typed out, no surface known here.

A route, a command and a tool are each a few lines that call the same function. All functions take a ``Services``
record first and change nothing. Answers are frozen Structs whose field names are the names on the wire.
"""
