"""The honnin command."""

from __future__ import annotations

import sys

from honnin._honnin import run_command


def main() -> int:
    """Runs the command with the arguments of the process."""
    return run_command(["honnin", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
