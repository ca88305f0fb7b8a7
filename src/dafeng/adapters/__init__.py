"""The outside: database, files, clock, settings."""
