"""名录: areas, industries, enterprises, sites, and since when."""
