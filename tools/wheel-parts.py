#!/usr/bin/env python3
"""Writes into a wheel what it is made of: a CycloneDX list (PEP 770) and the licences of other people's parts.

    tools/wheel-parts.py WHEEL TARGET-TRIPLE

The same wheel gives the same bytes.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import sys
import zipfile
from pathlib import Path

import parts


def main(wheel: Path, triple: str) -> None:
    found = parts.parts(("honnin-python",), triple)
    with zipfile.ZipFile(wheel) as old:
        entries = [(info, old.read(info)) for info in old.infolist()]
    folder = next(info.filename.split("/")[0] for info, _ in entries if info.filename.endswith("/RECORD"))
    name, version = folder.removesuffix(".dist-info").split("-")
    own = parts.Part(name, version, "Apache-2.0 OR MIT", f"pkg:pypi/{name}@{version}", "", ())
    added = {
        f"{folder}/sboms/{name}.cdx.json": parts.bill(own, found, {}).encode(),
        f"{folder}/licenses/THIRD-PARTY-NOTICES": parts.notices(found).encode(),
    }
    record = next((info, body) for info, body in entries if info.filename == f"{folder}/RECORD")
    rows = [row for row in csv.reader(io.StringIO(record[1].decode())) if row and row[0] not in added]
    for path, body in added.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
        rows.insert(-1, [path, f"sha256={digest}", str(len(body))])
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows(rows)

    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for info, body in entries:
            if info.filename not in added and info is not record[0]:
                new.writestr(info, body, compresslevel=9)
        for path, body in [*added.items(), (record[0].filename, table.getvalue().encode())]:
            info = zipfile.ZipInfo(path, record[0].date_time)
            info.external_attr = record[0].external_attr
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, body, compresslevel=9)
    print(f"{wheel.name}: lists {len(found)} parts and their licences")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2])
