"""What is wrong, why, and since when: rules over the inventory and the record. No I/O, no clock; time is an argument."""
