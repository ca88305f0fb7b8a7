"""行动: what moves: cases of filing, task progress and review, by state machines written as data."""
