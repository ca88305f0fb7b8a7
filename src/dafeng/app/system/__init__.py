"""The installation 系统: backups, its state, and how it is served."""
