"""A case 算例: one works and period given as JSON, computed, explained and doubted without a programme."""
