"""Tables as pages show them 表格: one engine for filter, search, sort, pages and export."""
