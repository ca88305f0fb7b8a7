"""Use cases, and ports: what we ask of the outside."""
