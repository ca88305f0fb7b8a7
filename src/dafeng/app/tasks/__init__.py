"""Tasks 任务: their progress, dispatches and reminders."""
