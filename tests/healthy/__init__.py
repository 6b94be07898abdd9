"""Clusters in good health, made up at random: what runs, rolls out, scales, drains and ends in them is as it should be."""
