"""Readers by format 格式: each takes bytes to text, with the way back to what was delivered."""
