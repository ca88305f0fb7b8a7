"""采集: contracts of delivered data, templates, parsers, checks."""
