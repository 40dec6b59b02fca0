"""Stage 3: meaning → readers."""
