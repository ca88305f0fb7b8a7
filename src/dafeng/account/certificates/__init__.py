"""Green certificates 绿证: their ledger, the claims on them, and scope 2 by the market."""
