"""`pyhanko sign addsig … honnin`: our subcommand in pyHanko's command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import honnin
import pytest

PDF = Path(__file__).resolve().parent.parent.parent / "tests" / "scenarios" / "one-page.pdf"


@pytest.mark.skipif(not PDF.exists(), reason="the PDF is in the repository")
@pytest.mark.parametrize(
    ("password", "expected"),
    [("ABC123", ""), ("WRONG99", "PIN_INCORRECT"), ("1234", "PIN_FORMAT"), (None, "PIN_REQUIRED")],
)
def test_a_pdf_is_signed_by_its_command(tmp_path: Path, password: str | None, expected: str) -> None:
    out = tmp_path / "signed.pdf"
    given = [] if password is None else ["--pin-env", "PASSWORD"]
    command = [sys.executable, "-m", "pyhanko", "sign", "addsig", "--field", "Order", "honnin", "--virtual"]
    environment = {**os.environ, "PASSWORD": password or "", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [*command, *given, str(PDF), str(out)],
        capture_output=True,
        text=True,
        env=environment,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    shown = done.stdout + done.stderr
    assert (done.returncode == 0) == (expected == ""), shown
    assert expected in shown
    assert not password or password not in shown
    if done.returncode == 0:
        report = honnin.verify_pdf(out.read_bytes())
        assert [signature.field for signature in report.signatures] == ["Order"]
        finding = report.finding(honnin.Subject.SIGNATURE)
        assert finding is not None
        assert finding.state is honnin.State.PASSED
