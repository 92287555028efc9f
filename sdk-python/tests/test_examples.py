"""The examples run as they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

#: Runs an example with a getpass that types what its arguments say.
TYPING = """
import getpass, runpy, sys
typed = sys.argv[2].split(",")
getpass.getpass = lambda prompt: typed.pop(0)
sys.argv = sys.argv[1:2] + sys.argv[3:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def run(name: str, typed: str, *arguments: str) -> str:
    command = [sys.executable, "-X", "utf8", "-c", TYPING, str(EXAMPLES / name), typed, *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    return done.stdout


class TestExamples:
    def test_reading(self) -> None:
        out = run("read_card.py", "abc123", "--virtual")
        assert "番号　花子" in out
        assert "WAIVED      REVOCATION" in out

    def test_signing(self, tmp_path: Path) -> None:
        order = tmp_path / "order.xml"
        order.write_bytes(b"<order/>")
        run("sign.py", "ABC123", str(order), "--virtual")
        assert len((tmp_path / "order.xml.sig").read_bytes()) == 256

    def test_the_face_with_a_picture(self, tmp_path: Path) -> None:
        picture = tmp_path / "photo.png"
        out = run("face.py", "4649", str(picture), "1989-05-07", "2034", "--virtual")
        assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
        assert "PASSED      CHALLENGE" in out
        assert "NOT_CHECKED" not in out

    def test_errors(self) -> None:
        assert "ask again, 4 left" in run("errors.py", "")

    def test_the_kiosk(self) -> None:
        out = run("kiosk.py", "1234,WRONG1,ABC123", "--virtual")
        assert "番号　花子 様" in out
        assert "あと4回" in out
        assert out.endswith("カードをお取りください\n")
