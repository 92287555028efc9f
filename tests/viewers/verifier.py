"""Asks honnin: the command, by HONNIN or as target/release/honnin, with two processes at a time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
KEYS = HERE / "keys"
WORKERS = 2
# More than any file may take.
SECONDS = 20
TOO_LONG = f"no answer within {SECONDS} seconds"
# What the password of the virtual card is, and the variable that has it.
PASSWORD = {"VIEWERS_PASSWORD": "ABC123"}


@dataclass(frozen=True)
class Verdict:
    """What honnin says of one file."""

    report: dict[str, Any]

    @property
    def passed(self) -> bool:
        return self.report.get("result") == "OK"

    @property
    def signatures(self) -> list[dict[str, Any]]:
        return list(self.report.get("signatures") or [])

    @property
    def rule(self) -> str:
        """The finding that decided, as one line without what depends on the file."""
        findings = [finding for finding in self.report.get("findings") or [] if finding["state"] in ("failed", "not_checked")]
        findings.sort(key=lambda finding: (finding["state"] != "failed", finding["code"] != self.report.get("code")))
        if not findings:
            return f"{self.report.get('result')}: {self.report.get('error') or self.report.get('text') or 'no finding'}"
        text = re.sub(r"\[[\d. -]+\]", "[...]", findings[0]["text"])
        return f"{findings[0]['subject']}: " + re.sub(r"\b\d+\b", "N", text)

    def filled(self) -> set[str]:
        """The form fields that honnin says were filled after a signature. Older versions do not say."""
        named = [self.report, *self.signatures]
        return {name for part in named for name in part.get("filled") or []}


class Honnin:
    def __init__(self, anchors: Iterable[Path] = (), waive: Iterable[str] = ()) -> None:
        target = Path(os.environ.get("CARGO_TARGET_DIR", HERE.parents[1] / "target"))
        self.command = str(Path(os.environ.get("HONNIN", target / "release/honnin")).resolve())
        self.pool = ThreadPoolExecutor(WORKERS)
        self.folder = tempfile.TemporaryDirectory(prefix="viewers-")
        self.virtual_ca = Path(self.folder.name) / "virtual-ca.pem"
        self.run("cert", "get", "--virtual", "--kind", "signing-ca", "--out", str(self.virtual_ca))
        self.anchors = [KEYS / "ca.pem", self.virtual_ca, *anchors]
        self.waive = ["revocation", "test_card", *waive]

    def run(self, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        env = {**os.environ, **PASSWORD}
        return subprocess.run([self.command, *arguments], input=given, capture_output=True, env=env, check=False, timeout=SECONDS)

    @cached_property
    def help(self) -> str:
        return self.run("verify", "pdf", "--help", "--lang", "en").stdout.decode()

    @property
    def options(self) -> list[str]:
        options = ["--json", "--anchors", "added", *(f"--anchor={anchor}" for anchor in self.anchors)]
        # Versions without anchors of their own for time-stamps.
        kind = "--timestamp-anchor" if "--timestamp-anchor" in self.help else "--anchor"
        options.append(f"{kind}={KEYS / 'tsaca.pem'}")
        return options + [f"--waive={what}" for what in self.waive if what in self.help]

    def verify(self, pdf: bytes | Path) -> Verdict:
        with tempfile.NamedTemporaryFile(dir=self.folder.name, suffix=".pdf") as file:
            file.write(pdf.read_bytes() if isinstance(pdf, Path) else pdf)
            file.flush()
            try:
                done = self.run("verify", "pdf", file.name, *self.options)
            except subprocess.TimeoutExpired:
                return Verdict({"result": TOO_LONG})
        try:
            return Verdict(json.loads(done.stdout))
        except ValueError:
            return Verdict({"result": f"exit code {done.returncode}", "error": done.stderr.decode(errors="replace")[:200]})

    def verify_all(self, pdfs: Iterable[bytes]) -> list[Verdict]:
        return list(self.pool.map(self.verify, pdfs))

    def sign(self, pdf: bytes, *options: str) -> bytes:
        with tempfile.TemporaryDirectory(dir=self.folder.name) as folder:
            source, out = Path(folder, "in.pdf"), Path(folder, "out.pdf")
            source.write_bytes(pdf)
            arguments = ["sign", "pdf", str(source), "--virtual", "--pin-env", *PASSWORD, "--out", str(out), "--lang", "en"]
            done = self.run(*arguments, *options)
            if done.returncode or not out.exists():
                raise RuntimeError(done.stderr.decode(errors="replace").strip())
            return out.read_bytes()
