"""The engines that can keep a record."""
