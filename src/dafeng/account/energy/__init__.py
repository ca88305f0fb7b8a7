"""Energy accounts 能源核算: totals by three scopes, unit and process energy, and the flow through a works."""
