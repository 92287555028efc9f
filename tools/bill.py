#!/usr/bin/env python3
"""Writes into an installed prefix what it holds of other people.

    tools/bill.py TRIPLE PREFIX

The files are PREFIX/share/doc/honnin/{LICENSE-APACHE,LICENSE-MIT,THIRD-PARTY.txt,honnin.cdx.json}.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import tomllib

import parts


def main(triple: str, prefix: Path) -> None:
    folder = prefix / "share/doc/honnin"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("LICENSE-APACHE", "LICENSE-MIT"):
        (folder / name).write_bytes((parts.ROOT / name).read_bytes())
    found = parts.parts(("honnin-capi", "honnin-cli"), triple)
    version = tomllib.loads((parts.ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    own = parts.Part("honnin", version, "Apache-2.0 OR MIT", f"pkg:generic/honnin@{version}", "", ())
    moment = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", "1767225600")))
    about = {
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", moment),
        "properties": [{"name": "honnin:target", "value": triple}],
    }
    (folder / "THIRD-PARTY.txt").write_text(parts.notices(found), encoding="utf-8")
    (folder / "honnin.cdx.json").write_text(parts.bill(own, found, about), encoding="utf-8")
    print(f"{len(found)} parts of others are named in {folder}")


if len(sys.argv) != 3:
    sys.exit(__doc__)
main(sys.argv[1], Path(sys.argv[2]))
