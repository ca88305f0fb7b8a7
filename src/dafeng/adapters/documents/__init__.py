"""One report value → DOCX, PDF and HTML bytes. Nothing is fetched; the same report gives the same bytes."""
