"""Regional accounts 区域核算: tables taken in, accounts, parts beside wholes, and ways side by side."""
