"""报告: documents as values, not files."""
