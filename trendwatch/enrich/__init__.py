"""Stage 2: items → meaning. Pure: items and vectors in, derived values out; no store, no clock, no network."""
