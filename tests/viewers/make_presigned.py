#!/usr/bin/env python3
"""Makes the files of tests/viewers/presigned: what PDFBox and iText 5 sign, with the committed key, once.

tests/viewers/make_presigned.py      (Java and the Debian packages libpdfbox2-java and libitext5-java; pikepdf)
"""

import subprocess
import tempfile
from pathlib import Path

import signer

HERE = Path(__file__).resolve().parent
JARS = ":".join(
    f"/usr/share/java/{jar}.jar" for jar in ("pdfbox2", "fontbox2", "commons-logging", "itext5", "bcprov", "bcpkix", "bcutil")
)
# The name of the result; the file in producers, or one made here before; who signs, and in which form.
MADE = [
    *((f"{who}-{form}-{base}", base, who, form)
      for who, form in (("pdfbox", "plain"), ("pdfbox", "ess"), ("itext", "plain"), ("itext", "ess"))
      for base in ("reportlab-canvas", "weasyprint-default", "qpdf-linearize", "js-pdf-lib")),
    ("pdfbox-visible", "fop", "pdfbox", "visible"),
    ("pdfbox-certified", "mutool-clean", "pdfbox", "certified"),
    ("itext-visible", "fop", "itext", "visible"),
    ("itext-certified", "groff", "itext", "certified"),
    ("itext-after-pdfbox", "pdfbox-ess-reportlab-canvas", "itext", "ess"),
    ("pdfbox-after-itext", "itext-ess-js-pdf-lib", "pdfbox", "ess"),
    ("pdfbox-visible-after-itext-certified", "itext-certified", "pdfbox", "visible"),
    ("itext-visible-after-pdfbox-certified", "pdfbox-certified", "itext", "visible"),
    ("pdfbox-after-openssl", "openssl", "pdfbox", "ess"),
    ("itext-after-openssl", "openssl", "itext", "ess"),
]  # fmt: skip


def main() -> None:
    out = HERE / "presigned"
    out.mkdir(exist_ok=True)
    (out / "openssl.pdf").write_bytes(signer.sign((HERE / "producers/rsvg-cairo.pdf").read_bytes()))
    with tempfile.TemporaryDirectory() as classes:
        subprocess.run(["javac", "-nowarn", "-cp", JARS, "-d", classes, HERE / "Presign.java"], check=True)
        for name, base, who, form in MADE:
            source = next(path for path in (HERE / f"producers/{base}.pdf", out / f"{base}.pdf") if path.exists())
            command = ["java", f"-Dkeys={HERE / 'keys'}", "-cp", f"{classes}:{JARS}", "Presign", who, form]
            subprocess.run([*command, source, out / f"{name}.pdf"], check=True)
            print(f"{name}: {(out / f'{name}.pdf').stat().st_size} bytes")


if __name__ == "__main__":
    main()
