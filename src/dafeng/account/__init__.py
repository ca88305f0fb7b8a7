"""Accounts 核算: energy and CO2 of enterprises, areas and industries, with their whole derivation."""

from dafeng.account import physics as physics  # its import enrols the formulas, for whoever opens a stored line
