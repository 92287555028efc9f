"""What README.md, the package's page and docs/compare.md show runs as it stands there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import honnin
import pytest

ROOT = Path(__file__).resolve().parents[2]


def blocks(path: str, language: str) -> list[str]:
    text = (ROOT / path).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run(line: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_the_commands_of_the_readme_end_as_it_says(tmp_path: Path) -> None:
    shutil.copy(ROOT / "README.md", tmp_path)
    [block] = [block for block in blocks("README.md", "sh") if "honnin read" in block]
    lines = [line for line in block.splitlines() if "honnin " in line and "cargo build" not in line]
    # The last two want a reader.
    assert [line.split("  ")[0] for line in lines[-2:]] == ["honnin doctor", "honnin read"]
    ends = [(line, run(line, tmp_path, P="ABC123").returncode) for line in lines[:-2]]
    assert [code for _, code in ends] == [50, 0, 0, 0, 0, 50, 0, 50], ends
    assert all(code == 50 for line, code in ends if "nds with 50" in line)
    assert (tmp_path / "photo.png").read_bytes().startswith(b"\x89PNG")


def test_the_comparison_is_made_as_shown(tmp_path: Path) -> None:
    [block] = blocks("docs/compare.md", "sh")
    card, files = (line.split("  #")[0].strip() for line in block.splitlines())
    assert run(card.replace(" compare", " compare --virtual"), tmp_path, P="ABC123").returncode == 0
    read = run("honnin read --virtual --pin-env P --json > read.json", tmp_path, P="ABC123")
    assert read.returncode == 50
    (tmp_path / "customer.json").write_text(json.dumps({"name": "番号 太郎"}), encoding="utf-8")
    compared = run(files, tmp_path)
    assert (compared.returncode, json.loads(compared.stdout)["result"]) == (70, "NAME_MISMATCH")


@pytest.mark.usefixtures("honnin_reader")
@pytest.mark.parametrize("path", ["README.md", "sdk-python/README.md"])
def test_the_python_of_both_pages_runs(path: str, honnin_trust: honnin.Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    [block] = blocks(path, "python")
    validate = honnin.validate

    def trusting(certificate: honnin.Certificate, waive: list[str]) -> honnin.Report:
        """As if it were a real card, whose issuer is trusted."""
        return validate(certificate, waive=[*waive, "test_card"], trust=honnin_trust)

    monkeypatch.setattr(honnin, "validate", trusting)
    names: dict[str, object] = {"password": "ABC123", "order": b"one T-shirt"}
    exec(compile(block, path, "exec"), names)
