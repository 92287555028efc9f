#!/usr/bin/env python3
"""Builds the site of docs/site with a page for each result code and pictures of the till.

Usage: site.py TILL FOLDER

TILL is the example pos_identify; FOLDER gets pages and html. Runs in a venv with honnin and docs/site/requirements.txt; the
pictures are made by tools/pictures.py with the system's Python. tools/site.sh does all of it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import honnin
from honnin import ResultCode, Traits

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "docs" / "site"

#: The words of a page about a code, by language.
WORDS = {
    "en": {
        "customer": "What the customer is told",
        "display": "On a small display",
        "easy": "In easy Japanese",
        "staff": "What the staff are told",
        "hints": "Advice, in this order",
        "program": "For programs",
        "developer": "In the log",
        "exception": "Exception in Python",
        "number": "Number",
        "traits": "Traits",
        "exit": "Exit code of the command",
        "more": "The texts fit the situation: the PIN, the kind of card, the reader and the tries that are left. "
        "`honnin codes {name} --help` shows how to ask for one of them.",
        "name": "Result code",
        "meaning": "On a small display",
    },
    "ja": {
        "customer": "お客様へのお知らせ",
        "display": "小さい画面では",
        "easy": "やさしい日本語では",
        "staff": "係員へのお知らせ",
        "hints": "ご案内（この順で）",
        "program": "プログラムから",
        "developer": "ログの文",
        "exception": "Python の例外",
        "number": "番号",
        "traits": "性質",
        "exit": "コマンドの終了コード",
        "more": "文は、暗証番号の種類、カードの種類、読み取り機、残りの回数によって変わります。"
        "指定のしかたは `honnin codes {name} --help` で分かります。",
        "name": "結果コード",
        "meaning": "小さい画面での文",
    },
}
#: The command's exit code for each hundred of the numbers.
EXIT_CODES = {1: 10, 2: 20, 3: 30, 4: 40, 5: 50, 6: 60, 7: 70, 9: 90}
#: The customers of the till's demonstration whose pictures are shown, by the name of the picture.
CUSTOMERS = {"good": 1, "wrong": 2, "last": 3, "expired": 6, "lifted": 8}


def exception(code: ResultCode) -> str | None:
    """The class of a code: PIN_LOCKED is PinLocked."""
    name = "".join(word.capitalize() for word in code.name.split("_"))
    return name if hasattr(honnin.errors, name) else None


def page(code: ResultCode, lang: str) -> str:
    words = WORDS[lang]
    lines = [f"# {code.name}", "", f"> {code.message('cardholder', lang)}", ""]

    def section(title: str, text: str) -> None:
        lines.extend([f"## {words[title]}", "", text, ""])

    section("display", code.message("cardholder_short", lang))
    if lang == "ja":
        section("easy", code.message("cardholder", "ja-x-easy"))
    section("staff", code.message("operator", lang))
    hints = list(dict.fromkeys(hint.text for who in ("cardholder", "operator") for hint in code.hints(who, lang)))
    if hints:
        section("hints", "\n".join(f"{number}. {text}" for number, text in enumerate(hints, 1)))
    traits = ", ".join(f"`{trait.name}`" for trait in Traits.__members__.values() if trait & code.traits and trait.name)
    rows = [f"| {words['number']} | {int(code)} |"]
    if named := exception(code):
        rows.append(f"| {words['exception']} | `honnin.errors.{named}` |")
    if traits:
        rows.append(f"| {words['traits']} | {traits} |")
    if code is ResultCode.CANCELLED:
        rows.append(f"| {words['exit']} | 130 |")
    elif int(code) // 100 in EXIT_CODES:
        rows.append(f"| {words['exit']} | {EXIT_CODES[int(code) // 100]} |")
    section("program", "\n".join([rows[0], "|---|---|", *rows[1:]]))
    section("developer", f"```text\n{code.message('developer', 'en')}\n```")
    lines.append(words["more"].format(name=code.name))
    return "\n".join(lines) + "\n"


def codes(pages: Path) -> None:
    folder = pages / "troubleshooting"
    for lang, words in WORDS.items():
        rows = [f"| {words['name']} | {words['meaning']} |", "|---|---|"]
        for code in ResultCode:
            (folder / f"{code.name}.{lang}.md").write_text(page(code, lang), encoding="utf-8")
            rows.append(f"| [{code.name}]({code.name}.md) | {code.message('cardholder_short', lang)} |")
        index = folder / f"index.{lang}.md"
        index.write_text(index.read_text(encoding="utf-8") + "\n".join(rows) + "\n", encoding="utf-8")


def as_pages(text: str, lang: str) -> str:
    """Without the ends of lines inside of Japanese sentences, where a browser would show a space; and options stay whole."""
    parts = re.split(r"(?ms)(^```.*?^```$)", text)
    for number, part in enumerate(parts):
        if part.startswith("```"):
            continue
        if lang == "ja":
            part = re.sub(r"(?<=[^\x00-\x7f|])\n *(?=[^\x00-\x7f])", "", part)
        parts[number] = re.sub(r"(?<!`)`(-[^`]{1,24})`(?!`)", r"`\1`{.whole}", part)
    return "".join(parts)


def pictures(till: Path, pages: Path) -> None:
    folder = pages / "pictures"
    folder.mkdir()
    script = ROOT / "sdk-c-examples" / "demo-rest.txt"
    for lang in WORDS:
        run = [till, "--lang", lang, "--columns", "64", "--script", script]
        said = subprocess.run(run, capture_output=True, encoding="utf-8", check=True).stdout
        customers = re.split(r"(?m)^(?=######## )", said)[1:]
        for name, number in CUSTOMERS.items():
            text = folder / f"{name}.{lang}.txt"
            text.write_text(customers[number - 1].partition("\n")[2].strip() + "\n", encoding="utf-8")
            subprocess.run(["/usr/bin/python3", ROOT / "tools" / "pictures.py", "screen", text, "64"], check=True)
            text.unlink()


def main(till: Path, folder: Path) -> None:
    pages = folder / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    shutil.copytree(SITE / "pages", pages)
    for lang in WORDS:
        for source in pages.rglob(f"*.{lang}.md"):
            source.write_text(as_pages(source.read_text(encoding="utf-8"), lang), encoding="utf-8")
    codes(pages)
    pictures(till, pages)
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--config-file", SITE / "mkdocs.yml"],
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "HONNIN_SITE_PAGES": str(pages), "HONNIN_SITE_OUT": str(folder / "html")},
        check=True,
    )
    print(folder / "html" / "index.html")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
