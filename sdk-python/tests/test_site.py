"""What the site shows runs as it stands there: Python and shell, with the output that is printed under it."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_guide import Spark

PAGES = Path(__file__).resolve().parents[2] / "docs" / "site" / "pages"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WITH_SNIPPETS = sorted(page for page in PAGES.rglob("*.md") if re.search("^```(python|sh)$", page.read_text("utf-8"), re.M))


def snippets(page: Path) -> Iterator[tuple[str, str, str | None]]:
    """Language, text, and the output that is shown under it, if any."""
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    for (language, text), (following, output) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        if language in ("python", "sh"):
            yield language, text, output if following == "text" else None


def run_shell(text: str) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", text],
        env={**os.environ, "PATH": path, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode in (0, 50), done.stderr
    return done.stdout


@pytest.mark.parametrize("page", WITH_SNIPPETS, ids=lambda page: str(page.relative_to(PAGES)))
def test_what_the_page_shows_happens(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    spark = Spark()
    names: dict[str, object] = {"__name__": "__main__", "spark": spark}
    for language, text, output in snippets(page):
        if language == "sh":
            said = run_shell(text)
        else:
            heard = io.StringIO()
            with contextlib.redirect_stdout(heard):
                exec(compile(text, str(page), "exec"), names)
            said = heard.getvalue()
        if output is not None:
            assert said == output
    assert spark.rows == (3 if page.name.startswith("bulk.") else 0)


def test_both_languages_show_the_same_snippets() -> None:
    """As far as their code goes: texts and comments are in the language of the page."""
    for page in WITH_SNIPPETS:
        if page.name.endswith(".en.md"):
            twin = page.with_name(page.name.replace(".en.md", ".ja.md"))
            languages = [language for language, _, _ in snippets(page)]
            assert languages == [language for language, _, _ in snippets(twin)], twin


def test_a_snippet_that_says_something_else_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\nprint(1)\n```\n\n```text\n2\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        test_what_the_page_shows_happens(page, tmp_path, monkeypatch)
