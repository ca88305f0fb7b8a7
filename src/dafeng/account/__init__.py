"""核算: energy and CO2 accounts, and their explanation."""
