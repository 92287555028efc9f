#!/usr/bin/env python3
"""What a package holds of other people: their licences, and a bill of materials in CycloneDX.

    tools/bill.py TRIPLE PREFIX

Reads what Cargo.lock makes cargo compile into honnin-capi and honnin-cli for that target, and writes
PREFIX/share/doc/honnin/{LICENSE-APACHE,LICENSE-MIT,THIRD-PARTY.txt,honnin.cdx.json}.
"""

import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHIPPED = ("honnin-capi", "honnin-cli")
TEXTS = re.compile(r"^(licen[cs]e|copying|notice|unlicense|copyright)([-._].*)?$", re.IGNORECASE)


def compiled_in(triple):
    """The packages of the registry, and the version of honnin."""
    command = ["cargo", "metadata", "--format-version=1", "--locked", f"--filter-platform={triple}"]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    waiting = [id for id, package in packages.items() if package["name"] in SHIPPED]
    if len(waiting) != len(SHIPPED):
        sys.exit("bill: the packages that are shipped are not in the workspace")
    seen = set()
    while waiting:
        id = waiting.pop()
        if id in seen:
            continue
        seen.add(id)
        # What only builds or tests is not in the package; what makes code at build time leaves none of its own.
        for dependency in nodes[id]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                if not is_macro(packages[dependency["pkg"]]):
                    waiting.append(dependency["pkg"])
    version = next(package["version"] for package in packages.values() if package["name"] == "honnin-capi")
    others = [packages[id] for id in seen if packages[id]["source"]]
    # OpenSSL itself comes as the source inside a crate that only builds.
    openssl = [package for package in packages.values() if package["name"] == "openssl-src"]
    if len(openssl) != 1:
        sys.exit("bill: which OpenSSL is compiled in cannot be told")
    return version, sorted(others, key=lambda package: (package["name"], package["version"])), openssl[0]


def is_macro(package):
    return any("proc-macro" in target["kind"] for target in package["targets"])


def texts(folder):
    return [path for path in sorted(folder.iterdir()) if path.is_file() and TEXTS.match(path.name)]


def licence(expression):
    # Older packages write A/B for "A OR B".
    return (expression or "").replace("/", " OR ") if " " not in (expression or "") else expression


def notices(others, openssl):
    """The text of every licence once, under the names of all who ship it."""
    holders, bodies = {}, {}
    for package in others:
        folder = pathlib.Path(package["manifest_path"]).parent
        name = f"{package['name']} {package['version']} ({licence(package['license'])}) {package['repository'] or ''}".strip()
        found = texts(folder)
        if not found:
            authors = ", ".join(package["authors"]) or "its authors"
            holders.setdefault("", []).append(f"{name}, by {authors}")
        for path in found:
            body = path.read_text(encoding="utf-8", errors="replace").strip()
            key = hashlib.sha256(" ".join(body.split()).encode()).hexdigest()
            bodies.setdefault(key, body)
            holders.setdefault(key, []).append(name)
    name = f"OpenSSL {openssl['version'].partition('+')[2]} (Apache-2.0) https://openssl-library.org"
    body = (pathlib.Path(openssl["manifest_path"]).parent / "openssl/LICENSE.txt").read_text(encoding="utf-8").strip()
    key = hashlib.sha256(" ".join(body.split()).encode()).hexdigest()
    bodies.setdefault(key, body)
    holders.setdefault(key, []).insert(0, name)

    out = ["honnin contains the following software of other people, and the standard library of Rust",
           "(Apache-2.0 OR MIT, https://www.rust-lang.org), each under the licence below it.", ""]
    for key in sorted(bodies, key=lambda key: holders[key][0].lower()):
        out += ["=" * 100, *dict.fromkeys(holders[key]), "-" * 100, bodies[key], ""]
    if "" in holders:
        out += ["=" * 100, "These come without a text of their licence. Those of Apache-2.0 and MIT lie beside this file:",
                *holders[""], ""]
    return "\n".join(out)


def checksums():
    """By name and version, from Cargo.lock."""
    entry = re.compile(r'name = "(.*?)"\nversion = "(.*?)"\nsource = ".*?"\nchecksum = "(.*?)"')
    lock = (ROOT / "Cargo.lock").read_text(encoding="utf-8")
    return {(name, version): checksum for name, version, checksum in entry.findall(lock)}


def component(name, version, expression, purl, digest=None):
    made = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
            "licenses": [{"expression": expression}]}
    if digest:
        made["hashes"] = [{"alg": "SHA-256", "content": digest}]
    return made


def bill(version, others, openssl, triple, moment):
    known = checksums()
    parts = [component("openssl", openssl["version"].partition("+")[2], "Apache-2.0",
                       f"pkg:generic/openssl@{openssl['version'].partition('+')[2]}")]
    for package in others:
        name, number = package["name"], package["version"]
        parts.append(component(name, number, licence(package["license"]), f"pkg:cargo/{name}@{number}",
                               known[name, number]))
    root = f"pkg:generic/honnin@{version}"
    made = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
            "metadata": {"timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment)),
                         "component": component("honnin", version, "Apache-2.0 OR MIT", root)
                         | {"properties": [{"name": "honnin:target", "value": triple}]}},
            "components": parts,
            "dependencies": [{"ref": root, "dependsOn": [part["bom-ref"] for part in parts]}]}
    # A number of its own, which the same content always gets.
    made["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(made, sort_keys=True))}"
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    triple, prefix = sys.argv[1], pathlib.Path(sys.argv[2])
    folder = prefix / "share/doc/honnin"
    folder.mkdir(parents=True, exist_ok=True)
    version, others, openssl = compiled_in(triple)
    for name in ("LICENSE-APACHE", "LICENSE-MIT"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (folder / "THIRD-PARTY.txt").write_text(notices(others, openssl), encoding="utf-8")
    moment = int(os.environ.get("SOURCE_DATE_EPOCH", "1767225600"))
    (folder / "honnin.cdx.json").write_text(bill(version, others, openssl, triple, moment), encoding="utf-8")
    print(f"{len(others)} crates and OpenSSL are named in {folder}")


main()
