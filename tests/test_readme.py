"""What is documented exists, and what exists is documented."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_tables_of_commands_keys_and_kinds_are_those_of_the_code():
    done = subprocess.run(
        [sys.executable, "docs/write_reference.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_command_in_the_prose_is_a_command_or_a_make_target():
    table = set(re.findall(r"^\| `(trendwatch [a-z-]+(?: [a-z-]+)?)", README, re.MULTILINE))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    prose = README.split("## Commands")[0] + README.split("## Developing")[1]
    for command in re.findall(r"trendwatch ([a-z-]+(?: [a-z]+)?)", re.sub(r"[^`]*(`[^`]*`)", r"\1\n", prose)):
        words = command.split()
        assert any(c.split()[1:] in (words, words[:1], words[:2]) or c.split()[1] == words[0] for c in table), command
    for target in re.findall(r"`make ([a-z]+)", prose):
        assert target in targets, target


def test_the_files_that_the_readme_shows_are_there():
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).is_file(), path
