"""`python -m trendwatch`, and the `trendwatch` command."""

from __future__ import annotations

from trendwatch.cli import app


def main() -> None:
    """Run the command line."""
    app(prog_name="trendwatch")


if __name__ == "__main__":
    main()
