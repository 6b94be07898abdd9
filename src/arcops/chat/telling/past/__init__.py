"""What is told of times gone by: changes and who made them, restarts, rollouts, deletions, lives of a name."""
