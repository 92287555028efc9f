#!/usr/bin/env python3
"""Writes sdk-python/python/honnin/_tables.py and errors.py from the one table, which is in Rust.

Usage: generate-python-tables.py EXTENSION [--check]
EXTENSION is the built module (target/*/lib_honnin.so, or _honnin.abi3.so of an installed wheel).
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
import textwrap
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent.parent / "sdk-python" / "python" / "honnin"
TEMPLATES = Path(__file__).resolve().parent / "python-tables"

DOCS = {
    "PinKind": "A secret that opens something on the card.",
    "CardKind": "What kind of thing answered.",
    "ReaderInterface": "How the card meets the reader.",
    "Reason": "The detail that tells two failures of the same code apart.",
    "CertificateKind": "Which certificate of a card.",
    "Key": "Which key of the card.",
    "Hash": "A digest algorithm that signatures may use.",
    "Subject": "What a finding is about.",
    "State": "How a check ended.",
    "Audience": "Whom a text is for.",
    "Purpose": "What a certificate is to be used for.",
    "Profile": "The rules by which a certificate is validated.",
    "Stage": "What an operation is busy with.",
    "Verdict": "How near a card and what is registered are.",
    "Difference": "How a card and what is registered differ. SPELLING is what passes unless one says otherwise.",
    "FaceImage": "A picture on the card face.",
    "ImageFormat": "In which form a picture is wanted.",
    "TrySpent": "Whether a failed operation cost one of the tries of a PIN.",
    "Sex": "The sex as the register has it, numbered as in the records of the card.",
    "HolderSource": "Where the attributes of a person were read.",
    "ExtendedLength": "Whether long reads use extended-length APDUs.",
    "Disposition": "What becomes of the card when a transaction ends.",
    "Tags": "Where a hint belongs.",
    "Traits": "What kind of answer a code is: who can act, and whether it is ever a pass.",
}
FLAGS = {"Tags", "Traits", "Difference"}
# Families that have a class of their own; the other codes stand directly under HonninError.
FAMILIES = {
    "Reader": "The reader or the service of readers.",
    "Card": "The card, or whatever lies on the reader.",
    "Pin": "A PIN.",
    "Certificate": "A certificate.",
    "Signature": "A signature or what was signed.",
    "Identity": "A comparison with what is registered.",
}
ALSO = {"INVALID_ARGUMENT": "ValueError", "CARD_ABSENT": "TimeoutError", "TIMEOUT": "TimeoutError"}


def load(path: str) -> dict[str, dict[str, Any]]:
    loader = importlib.machinery.ExtensionFileLoader("_honnin", path)
    spec = importlib.util.spec_from_file_location("_honnin", path, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    tables: dict[str, dict[str, Any]] = module.tables()
    return tables


def camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def doc(text: str, indent: str) -> str:
    lines = textwrap.wrap(text, width=100 - len(indent))
    if len(lines) == 1:
        return f'{indent}"""{lines[0]}"""'
    return "\n".join([f'{indent}"""{lines[0]}', *[f"{indent}{line}" for line in lines[1:]], f'{indent}"""'])


def enumeration(name: str, members: dict[str, int]) -> str:
    base = "IntFlag" if name in FLAGS else "Enum"
    rows = "\n".join(f"    {member} = {number}" for member, number in members.items())
    return f"class {name}({base}):\n{doc(DOCS[name], '    ')}\n\n{rows}\n"


def tables_file(tables: dict[str, dict[str, Any]]) -> str:
    head = (TEMPLATES / "tables-head.py").read_text(encoding="utf-8")
    codes = "\n".join(f"    {name} = {number}" for name, number in tables["ResultCode"].items())
    parts = [head.replace("    # CODES\n", codes + "\n")]
    parts += [enumeration(name, members) for name, members in tables.items() if name not in {"ResultCode", "codes"}]
    traits = "\n".join(f"    {about['traits']},  # {name}" for name, about in tables["codes"].items())
    parts.append(f"_TRAITS = (\n{traits}\n)\n")
    return "\n\n".join(parts)


def errors_file(tables: dict[str, dict[str, Any]]) -> str:
    parts = [(TEMPLATES / "errors-head.py").read_text(encoding="utf-8")]
    for family, about in FAMILIES.items():
        parts.append(f'class {family}Error(HonninError):\n    """{about}"""\n')
    rows = []
    for name, about in tables["codes"].items():
        if name == "OK":
            continue
        family = about["family"]
        bases = f"{family}Error" if family in FAMILIES else "HonninError"
        if name in ALSO:
            bases += f", {ALSO[name]}"
        parts.append(f"class {camel(name)}({bases}):\n{doc(about['text'], '    ')}\n\n    _code = ResultCode.{name}\n")
        rows.append(f"    ResultCode.{name}: {camel(name)},")
    table = "\n".join(rows)
    head = "#: The exception of each code but OK.\nBY_CODE: dict[ResultCode, type[HonninError]]"
    parts.append(f"{head} = {{\n{table}\n}}\n")
    return "\n\n".join(parts)


def main() -> int:
    tables = load(sys.argv[1])
    stale = 0
    for name, text in (("_tables.py", tables_file(tables)), ("errors.py", errors_file(tables))):
        path = PACKAGE / name
        if "--check" in sys.argv[2:]:
            if path.read_text(encoding="utf-8") != text:
                print(f"{path} is stale: run {Path(__file__).name}", file=sys.stderr)
                stale = 1
        else:
            path.write_text(text, encoding="utf-8")
    return stale


if __name__ == "__main__":
    sys.exit(main())
