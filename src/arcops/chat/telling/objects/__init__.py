"""What is told of one object: why it is as it is, what it uses and is used by, what it may do, what breaks without it."""
