"""评价: indicators, progress against targets, drivers of change."""
