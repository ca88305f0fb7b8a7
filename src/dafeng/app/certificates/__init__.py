"""Green certificates 绿证: entry, claims, holdings and what waits for somebody."""
