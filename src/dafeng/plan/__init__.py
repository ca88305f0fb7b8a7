"""方案台账: plan text → targets, tasks, boxes, and the ledger they live in."""
