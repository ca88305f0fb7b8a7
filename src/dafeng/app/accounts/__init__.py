"""Accounts 核算: runs, methods, energy, quality, closed years, and proof outside the programme."""
