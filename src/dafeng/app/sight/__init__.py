"""What a caller sees 可见范围: rows and sums of his scope, small cells withheld."""
