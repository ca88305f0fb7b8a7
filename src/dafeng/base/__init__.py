"""Ground floor: errors, contracts, units, periods, codes, provenance. Imports nothing of ours."""
