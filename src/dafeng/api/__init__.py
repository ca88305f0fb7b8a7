"""The HTTP face: it translates between the web and the use cases, and does nothing else."""
