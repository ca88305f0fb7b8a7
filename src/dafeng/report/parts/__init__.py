"""The chapters of the progress report, one file each; each gives blocks and knows no other chapter."""
