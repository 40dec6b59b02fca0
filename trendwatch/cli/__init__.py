"""The command line: one file per command, thin; it reads the clock and the environment."""
