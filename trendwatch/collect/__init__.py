"""Stage 1: the web → items."""
