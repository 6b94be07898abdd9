"""What words mean: reasons, states, kinds, fields and acronyms, with what to do; exit codes and findings by their own rules."""
