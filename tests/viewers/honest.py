#!/usr/bin/env python3
"""Honest files of many producers, signed by honnin, pyHanko and OpenSSL here, and by PDFBox and iText before: none is refused.

    tests/viewers/honest.py [NAME...]

pyHanko and poppler's pdfsig must call honnin's signatures valid, and what honnin passes must look as it was signed in four
viewers. Prints a table, and the rate of refusals.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import peers
import signer
from judge import Judge
from verifier import WORKERS, Honnin

HERE = Path(__file__).resolve().parent

# Documents that may be refused, by one signer or, with "", whoever signs, and what programs do with them as the reason. At
# most 2 in 100.
EXCEPTIONS = {
    ("poppler-unite", ""): "its /Size is below numbers in its table: objects that ISO 32000-2 calls missing; qpdf warns",
    ("pdfbox-incremental", "pyhanko"): "PDFBox wrote a /Size that is too small, so pyHanko's objects replace the text of a page",
}
MOST_EXCEPTIONS = 0.02

# Documents of which pyHanko rejects what it signed twice itself, with what its rules object to.
PYHANKO_REJECTS = {"fpdf2-plain": "an array of annotations that has a dictionary and not a reference"}


def by_honnin(honnin: Honnin, pdf: bytes) -> bytes:
    return honnin.sign(pdf, "--reason", "Test")


def by_honnin_twice(honnin: Honnin, pdf: bytes) -> bytes:
    return honnin.sign(honnin.sign(pdf), "--field", "Second", "--box", "1,36,36,150,40", "--name", "Test")


def by_honnin_in_a_prepared_field(honnin: Honnin, pdf: bytes) -> bytes:
    prepared = peers.pyhanko_adds_field(pdf, "Second", (36, 36, 186, 76))
    return honnin.sign(honnin.sign(prepared), "--field", "Second", "--name", "Test")


def by_honnin_twice_unseen(honnin: Honnin, pdf: bytes) -> bytes:
    return honnin.sign(honnin.sign(pdf), "--field", "Second")


def by_pyhanko(_: Honnin, pdf: bytes) -> bytes:
    return peers.pyhanko_signs(pdf, "Theirs")


def by_openssl(_: Honnin, pdf: bytes) -> bytes:
    return signer.sign(pdf)


def by_openssl_without_attribute(_: Honnin, pdf: bytes) -> bytes:
    return signer.sign(pdf, attribute=False, subfilter=b"adbe.pkcs7.detached")


def by_three(honnin: Honnin, pdf: bytes) -> bytes:
    return signer.sign(peers.pyhanko_signs(honnin.sign(pdf), "Theirs"), "Third")


# The signers, with the number of signatures that each makes.
SIGNERS: dict[str, tuple[Callable[[Honnin, bytes], bytes], int]] = {
    "honnin": (by_honnin, 1),
    "honnin twice": (by_honnin_twice, 2),
    "pyhanko": (by_pyhanko, 1),
    "openssl": (by_openssl, 1),
    "all three": (by_three, 3),
}
# A picture fills the page, so that a later signature that is seen would cover it.
SCANNED = ("img2pdf-fax", "img2pdf-jpeg", "pillow", "tesseract", "tiff2pdf")
WITHOUT_ATTRIBUTE = "openssl without attribute"


def copies_xrefstm(pdf: bytes) -> bytes:
    """As signers do that copy the whole trailer of a file of Word."""
    hidden = pdf[pdf.rindex(b"/XRefStm") :].split(b">>")[0].split(b"/")[1]
    return signer.sign(pdf, trailer=b"/" + hidden)


def check(name: str) -> list[tuple[str, str, str]]:
    """For each signer what is wrong: the rule by which honnin refuses, or what others say."""
    honnin = Honnin(waive=["signing_certificate"])
    judge = Judge()
    pdf = (HERE / "producers" / f"{name}.pdf").read_bytes()
    waives = "signing_certificate" in honnin.help
    todo = dict(SIGNERS)
    if name in SCANNED:
        todo["honnin twice"] = (by_honnin_twice_unseen, 2)
        todo["honnin in a prepared field"] = (by_honnin_in_a_prepared_field, 2)
    if waives:
        todo[WITHOUT_ATTRIBUTE] = (by_openssl_without_attribute, 1)
    if name == "imitation-word-hybrid":
        todo["openssl, which copies /XRefStm"] = (lambda _, pdf: copies_xrefstm(pdf), 1)
    found = []
    for who, (signs, count) in todo.items():
        try:
            signed = signs(honnin, pdf)
        except Exception as error:
            found.append((name, who, f"cannot sign: {str(error).splitlines()[-1]}"))
            continue
        verdict = honnin.verify(signed)
        if not verdict.passed:
            found.append((name, who, f"refused by {verdict.rule}"))
            continue
        if who.startswith("honnin"):
            objections = {
                "pyHanko": peers.pyhanko_objects(signed, honnin.virtual_ca),
                "pdfsig": peers.pdfsig_objects(signed, count),
            }
            if name in PYHANKO_REJECTS and count > 1:
                del objections["pyHanko"]
            found += [(name, who, f"{peer}: {objection}") for peer, objection in objections.items() if objection]
        if who == "honnin twice":
            found += [(name, who, f"looks different: {one}") for one in judge.differences(signed, verdict)]
        found.append((name, who, ""))
    return found


def check_presigned(name: str) -> list[tuple[str, str, str]]:
    honnin = Honnin(waive=["signing_certificate"])
    pdf = (HERE / "presigned" / f"{name}.pdf").read_bytes()
    if "plain" in name and "signing_certificate" not in honnin.help:
        return []
    who = "PDFBox, iText"
    verdict = honnin.verify(pdf)
    if not verdict.passed:
        return [(name, who, f"refused by {verdict.rule}")]
    return [(name, who, f"looks different: {one}") for one in Judge().differences(pdf, verdict)] + [(name, who, "")]


def reason_for(name: str, who: str) -> str | None:
    return EXCEPTIONS.get((name, who)) or EXCEPTIONS.get((name, ""))


def main() -> int:
    started = time.monotonic()
    asked = set(sys.argv[1:])

    def names(folder: str) -> list[str]:
        return [path.stem for path in sorted((HERE / folder).glob("*.pdf")) if not asked or path.stem in asked]

    with ProcessPoolExecutor(WORKERS) as pool:
        made = list(pool.map(check, names("producers"))) + list(pool.map(check_presigned, names("presigned")))
    results = [result for results in made for result in results]
    files = {(name, who) for name, who, _ in results}
    wrong = [result for result in results if result[2]]
    refused = {(name, who) for name, who, what in wrong}
    excused = {one for one in refused if reason_for(*one)}
    for who, count in Counter(who for _, who in files).items():
        bad = sum(1 for name, other in refused if other == who)
        print(f"{who:32} {count:4} files, {bad} not accepted by all")
    for name, who, what in wrong:
        reason = reason_for(name, who)
        print(f"{'exception' if reason else 'WRONG'}: {name}, signed by {who}: {what}{f' ({reason})' if reason else ''}")
    producers = {name.split("-")[0] for name in names("producers")}
    print(
        f"{len(files)} honest files of {len(names('producers'))} documents by {len(producers)} producers: "
        f"{len(refused)} refused ({len(refused) / max(len(files), 1):.1%}), {len(excused)} of them exceptions; "
        f"{time.monotonic() - started:.0f} seconds"
    )
    met = refused | {(name, "") for name, _ in refused}
    unused = [one for one in EXCEPTIONS if one not in met and (not asked or one[0] in asked)]
    if unused:
        print("these are accepted now, and no exceptions:", *unused)
    too_many = not asked and len(excused) > MOST_EXCEPTIONS * len(files)
    return 1 if refused - excused or unused or too_many else 0


if __name__ == "__main__":
    sys.exit(main())
