"""Benchmarks: `python -m benchmarks`; see __main__."""
