"""That this file is here lets the tests of the folders below import tiny_town and the fakes."""
