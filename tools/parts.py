"""What a package of ours holds of other people: their licences, and a bill of materials in CycloneDX.

For tools/bill.py (archives) and tools/wheel-parts.py (wheels). The parts are the packages that Cargo links for a target, the
OpenSSL that is compiled in, and Rust's standard library. The same Cargo.lock makes the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

import tomllib

ROOT = Path(__file__).resolve().parent.parent
TEXTS = re.compile(r"^(licen[cs]e|copying|notice|copyright|unlicense)([-._].*)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    name: str
    version: str
    licence: str
    purl: str
    home: str
    texts: tuple[str, ...]
    sha256: str | None = None

    def component(self) -> dict:
        made = {
            "type": "library",
            "bom-ref": self.purl,
            "name": self.name,
            "version": self.version,
            "licenses": [{"expression": self.licence}],
            "purl": self.purl,
        }
        return made | ({"hashes": [{"alg": "SHA-256", "content": self.sha256}]} if self.sha256 else {})


def run(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def parts(shipped: tuple[str, ...], triple: str) -> list[Part]:
    """Those of other people in these packages of ours, built for that target."""
    command = ("cargo", "metadata", "--format-version=1", "--locked", f"--filter-platform={triple}")
    metadata = json.loads(run(*command))
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    waiting = [at for at, package in packages.items() if package["name"] in shipped]
    if len(waiting) != len(shipped):
        sys.exit("parts: the packages that are shipped are not in the workspace")
    seen: set[str] = set()
    while waiting:
        at = waiting.pop()
        # What only builds or tests is not in the package; what makes code at build time leaves none of its own.
        if at in seen or any("proc-macro" in target["kind"] for target in packages[at]["targets"]):
            continue
        seen.add(at)
        for dependency in nodes[at]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])
    sums = {(one["name"], one["version"]): one.get("checksum") for one in lock()["package"]}
    linked = sorted((packages[at] for at in seen if packages[at]["source"]), key=lambda one: (one["name"], one["version"]))
    found = []
    for package in linked:
        name, version = package["name"], package["version"]
        # Older packages write A/B for "A OR B".
        licence = (package["license"] or "NOASSERTION").replace(" / ", " OR ").replace("/", " OR ")
        texts = licence_texts(Path(package["manifest_path"]).parent)
        if not texts:
            if "MIT" not in licence:
                sys.exit(f"parts: {name} {version} comes without the text of its licence")
            authors = ", ".join(package["authors"]) or package["repository"] or name
            texts = (f"Its package has no file of the licence, which is that of LICENSE-MIT with: {authors}",)
        home = package["repository"] or ""
        found.append(Part(name, version, licence, f"pkg:cargo/{name}@{version}", home, texts, sums[name, version]))
    # OpenSSL itself comes as the source inside a crate that only builds.
    source = [package for package in packages.values() if package["name"] == "openssl-src"]
    if len(source) != 1:
        sys.exit("parts: which OpenSSL is compiled in cannot be told")
    version = source[0]["version"].partition("+")[2]
    texts = licence_texts(Path(source[0]["manifest_path"]).parent / "openssl")
    purl = f"pkg:generic/openssl@{version}"
    found.append(Part("openssl", version, "Apache-2.0", purl, "https://openssl-library.org", texts))
    rust = run(os.environ.get("RUSTC", "rustc"), "--version").split()[1]
    purl, text = f"pkg:generic/rust-std@{rust}", ("See LICENSE-APACHE and LICENSE-MIT.",)
    found.append(Part("rust-std", rust, "MIT OR Apache-2.0", purl, "https://www.rust-lang.org", text))
    return found


def lock() -> dict:
    return tomllib.loads((ROOT / "Cargo.lock").read_text())


def licence_texts(folder: Path) -> tuple[str, ...]:
    files = sorted(path for path in folder.iterdir() if path.is_file() and TEXTS.match(path.name))
    return tuple(path.read_text("utf-8", "replace").strip() for path in files)


def notices(found: list[Part]) -> str:
    """The text of every licence once, under the names of all who ship it."""
    holders: dict[str, list[str]] = {}
    bodies: dict[str, str] = {}
    for part in found:
        for body in part.texts:
            key = hashlib.sha256(" ".join(body.split()).encode()).hexdigest()
            bodies.setdefault(key, body)
            holders.setdefault(key, []).append(f"{part.name} {part.version} ({part.licence}) {part.home}".strip())
    lines = ["honnin contains the following software of other people, each under the licence below it.", ""]
    for key in sorted(bodies, key=lambda key: holders[key][0].lower()):
        lines += ["=" * 100, *dict.fromkeys(holders[key]), "-" * 100, bodies[key], ""]
    return "\n".join(lines)


def bill(own: Part, found: list[Part], about: dict) -> str:
    """CycloneDX. `about` is further metadata."""
    listed = [part.component() for part in found]
    made = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {**about, "component": own.component()},
        "components": listed,
        "dependencies": [{"ref": own.purl, "dependsOn": [part.purl for part in found]}],
    }
    # A number of its own, which the same content always gets.
    made["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(made, sort_keys=True))}"
    return json.dumps(made, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
