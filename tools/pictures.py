#!/usr/bin/python3
"""Makes what people look at: the help sheets as PDF, and the till's screens as pictures of a terminal.

Usage: pictures.py sheet|screens FOLDER
       pictures.py screen FILE COLUMNS      one screen, from FILE.txt to FILE.png

With Debian's weasyprint and poppler-utils, in Noto Sans CJK (fonts-noto-cjk). The sheets and screens themselves are
made by tests from the texts; docs/decisions/0012-pages.md says why none of these files is committed.
"""

from __future__ import annotations

import html
import subprocess
import sys
from pathlib import Path

import weasyprint

DOCS = Path(__file__).resolve().parent.parent / "docs"

# One cell of the terminal is half an em wide and 1.3 em high, as the font has it.
STYLE = """
html { font: 15px/1.3 'Noto Sans Mono CJK JP'; color: #e6e6e6; background: #10151c; }
body { margin: 0; }
pre { font: inherit; margin: 0; white-space: pre; break-after: page; }
b { color: #ffd479; font-weight: normal } i { color: #8fd3ff; font-style: normal }
"""


def sheets(folder: Path) -> None:
    for source in sorted(DOCS.glob("help-sheet.*.html")):
        made = folder / f"{source.stem}.pdf"
        weasyprint.HTML(source).write_pdf(made)
        print(made)


def screens(folder: Path) -> None:
    for source in sorted((DOCS / "till-screens").glob("*.txt")):
        columns = int(source.stem.rpartition("-")[2])
        customers = source.read_text(encoding="utf-8").split("######## ")[1:]
        draw([f"######## {customer}" for customer in customers], columns, folder / source.stem, [])
        print(f"{folder / source.stem}-*.png: {len(customers)} pictures")


def screen(source: Path, columns: int) -> None:
    # Twice as fine as the terminal: it is shown on telephones, too.
    draw([source.read_text(encoding="utf-8")], columns, source.with_suffix(""), ["-singlefile", "-r", "192"])


def draw(texts: list[str], columns: int, name: Path, options: list[str]) -> None:
    """Makes a picture of each text, named by pdftoppm unless its options say otherwise."""
    pages, rules = [], [STYLE]
    for number, text in enumerate(texts):
        lines = text.rstrip().split("\n")
        # The page is exactly as wide as the terminal: what did not fit would be cut off, and be seen.
        height = len(lines) * 1.3 * 15 + 16
        rules.append(f"@page c{number} {{ size: {columns * 7.5 + 16}px {height}px; margin: 8px; background: #10151c }}")
        pages.append(f'<pre style="page: c{number}">{marked(lines)}</pre>')
    document = f"<meta charset=utf-8><style>{''.join(rules)}</style>{''.join(pages)}"
    pdf = name.with_suffix(".pdf")
    weasyprint.HTML(string=document).write_pdf(pdf)
    subprocess.run(["pdftoppm", "-r", "96", "-png", *options, pdf, name], check=True)
    pdf.unlink()


def marked(lines: list[str]) -> str:
    """The lines with titles and what the staff reads in colours of their own."""
    out, staff = [], False
    for line in lines:
        shown = html.escape(line)
        if "| " in line and not line.startswith(" "):
            staff = line.startswith(("係員", "Staff"))
        elif "| " not in line or "|  [" in line:
            staff = False
        if line.startswith(("####", "====")):
            shown = f"<b>{shown}</b>"
        elif staff:
            shown = f"<i>{shown}</i>"
        out.append(shown)
    return "\n".join(out)


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "screen":
        screen(Path(sys.argv[2]), int(sys.argv[3]))
        sys.exit()
    if len(sys.argv) != 3 or sys.argv[1] not in ("sheet", "screens"):
        sys.exit(__doc__)
    target = Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    {"sheet": sheets, "screens": screens}[sys.argv[1]](target)
