"""dafeng 达峰: run a region's industrial carbon-peaking programme, from plan text to the year of the peak."""

__version__ = "0.1.0"
