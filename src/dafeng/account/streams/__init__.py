"""Source streams 排放源流: the engine of all methods, from what works delivered to result lines."""
