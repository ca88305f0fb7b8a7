"""Rulebook 规则库: dated parameters and the formulas that enrol in it."""
