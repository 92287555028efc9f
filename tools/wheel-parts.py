#!/usr/bin/env python3
"""Writes into a wheel what it is made of: a CycloneDX list (PEP 770) and the licences of other people's parts.

    tools/wheel-parts.py WHEEL TARGET-TRIPLE

The parts are those that Cargo links for that target, the OpenSSL that is compiled in, and Rust's standard library. The same
wheel gives the same bytes.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import tomllib
import uuid
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXTS = re.compile(r"(licen[cs]e|copying|notice|copyright|unlicense)", re.IGNORECASE)


def run(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def linked(triple: str) -> list[dict]:
    """The packages of others that are linked into the module, in the order of their names."""
    command = ("cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", triple)
    metadata = json.loads(run(*command))
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    # What is linked is decided per feature by Cargo; what only builds or tests is not among the normal ones.
    waiting = [package["id"] for package in packages.values() if package["name"] == "honnin-python"]
    seen: set[str] = set()
    while waiting:
        at = waiting.pop()
        if at in seen or any("proc-macro" in target["kind"] for target in packages[at]["targets"]):
            continue
        seen.add(at)
        for dependency in nodes[at]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])
    found = [packages[at] for at in seen if packages[at]["source"]]
    return sorted(found, key=lambda package: (package["name"], package["version"]))


def openssl() -> tuple[str, Path]:
    """The version of the OpenSSL inside, and where its source is."""
    command = ("cargo", "metadata", "--format-version", "1", "--locked")
    packages = json.loads(run(*command))["packages"]
    package = next(package for package in packages if package["name"] == "openssl-src")
    return package["version"].split("+")[1], Path(package["manifest_path"]).parent / "openssl"


def licence_texts(folder: Path) -> str:
    files = sorted(path for path in folder.iterdir() if path.is_file() and TEXTS.match(path.name))
    return "\n".join(path.read_text("utf-8", "replace").strip() + "\n" for path in files)


def parts(triple: str) -> list[tuple[dict, str]]:
    """Each part as CycloneDX has it, and the text of its licences."""
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text())
    sums = {(package["name"], package["version"]): package.get("checksum") for package in lock["package"]}
    found = []
    for package in linked(triple):
        name, version = package["name"], package["version"]
        purl = f"pkg:cargo/{name}@{version}"
        part = {
            "type": "library",
            "bom-ref": purl,
            "name": name,
            "version": version,
            "licenses": [{"expression": (package["license"] or "NOASSERTION").replace("/", " OR ")}],
            "purl": purl,
        }
        if checksum := sums.get((name, version)):
            part["hashes"] = [{"alg": "SHA-256", "content": checksum}]
        text = licence_texts(Path(package["manifest_path"]).parent)
        if not text:
            authors = ", ".join(package["authors"]) or package["repository"] or name
            text = f"Its package has no file of the licence, which is that of LICENSE-MIT with: {authors}\n"
            if "MIT" not in part["licenses"][0]["expression"]:
                sys.exit(f"wheel-parts: {name} {version} comes without the text of its licence")
        found.append((part, text))
    version, source = openssl()
    purl = f"pkg:generic/openssl@{version}"
    part = {"type": "library", "bom-ref": purl, "name": "openssl", "version": version, "purl": purl}
    found.append((part | {"licenses": [{"expression": "Apache-2.0"}]}, licence_texts(source)))
    rust = run("rustc", "--version").split()[1]
    purl = f"pkg:generic/rust-std@{rust}"
    part = {"type": "library", "bom-ref": purl, "name": "rust-std", "version": rust, "purl": purl}
    found.append((part | {"licenses": [{"expression": "MIT OR Apache-2.0"}]}, "See LICENSE-APACHE and LICENSE-MIT.\n"))
    return found


def bill(name: str, version: str, found: list[tuple[dict, str]]) -> bytes:
    own = f"pkg:pypi/{name}@{version}"
    components = [part for part, _ in found]
    serial = uuid.uuid5(uuid.NAMESPACE_URL, own + json.dumps(components, sort_keys=True))
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": own,
                "name": name,
                "version": version,
                "licenses": [{"expression": "Apache-2.0 OR MIT"}],
                "purl": own,
            }
        },
        "components": components,
        "dependencies": [{"ref": own, "dependsOn": [part["bom-ref"] for part in components]}],
    }
    return (json.dumps(document, indent=1, sort_keys=True) + "\n").encode()


def notices(found: list[tuple[dict, str]]) -> bytes:
    lines = ["Parts of other people in this package, and their licences.\n"]
    for part, text in found:
        licence = part["licenses"][0]["expression"]
        lines.append(f"{'=' * 79}\n{part['name']} {part['version']}: {licence}\n{'=' * 79}\n{text}")
    return "\n".join(lines).encode()


def main(wheel: Path, triple: str) -> None:
    found = parts(triple)
    with zipfile.ZipFile(wheel) as old:
        entries = [(info, old.read(info)) for info in old.infolist()]
    folder = next(info.filename.split("/")[0] for info, _ in entries if info.filename.endswith("/RECORD"))
    name, version = folder.removesuffix(".dist-info").split("-")
    added = {
        f"{folder}/sboms/{name}.cdx.json": bill(name, version, found),
        f"{folder}/licenses/THIRD-PARTY-NOTICES": notices(found),
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
