"""A terminal, for tests of what a person sees and types."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable


class Terminal:
    """A program at a terminal of its own, and what it shows there."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 50, 200, 0, 0))
        self._program = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            start_new_session=True,
            # fish wants to have its terminal for itself.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def read(self, until: Callable[[str], bool], seconds: float) -> str:
        """What is shown from now until that holds, the program ends, or so many seconds are over."""
        shown = b""
        deadline = time.monotonic() + seconds
        while not until(shown.decode(errors="replace")) and time.monotonic() < deadline:
            if select.select([self._ours], [], [], 0.1)[0]:
                try:
                    part = os.read(self._ours, 65536)
                except OSError:  # Linux says so when the other side has closed.
                    break
                if not part:
                    break
                shown += part
        return shown.decode(errors="replace")

    def close(self) -> int:
        """Takes the terminal away from a program that still runs. Its exit code."""
        os.close(self._ours)
        try:
            return self._program.wait(10)
        except subprocess.TimeoutExpired:
            self._program.kill()
            return self._program.wait()
