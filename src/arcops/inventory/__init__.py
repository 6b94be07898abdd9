"""What there is now and what depends on what: live objects, their links, and moments of them. Does no I/O and reads no clock."""
