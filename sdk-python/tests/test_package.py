"""The package as it is installed: typed, light to import, at home without PC/SC, with the command."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import honnin
import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]
PACKAGE = Path(honnin.__file__).parent
SOURCES = Path(__file__).resolve().parent.parent.parent


def test_the_tables_are_those_of_the_core() -> None:
    from honnin import _honnin

    tables = _honnin.tables()
    codes = tables.pop("codes")
    for name, members in tables.items():
        shown = {label: member.value for label, member in getattr(honnin, name).__members__.items()}
        assert shown == members, name
    for name, about in codes.items():
        assert honnin.ResultCode[name].traits == about["traits"]


def test_the_generated_files_are_fresh() -> None:
    script = SOURCES / "tools" / "generate-python-tables.py"
    module = next(PACKAGE.glob("_honnin*.so"))
    subprocess.run([sys.executable, script, module, "--check"], check=True)


def test_everything_of_the_contract_is_there() -> None:
    for name in honnin.__all__:
        assert getattr(honnin, name) is not None
    with pytest.raises(AttributeError):
        honnin.no_such_name  # type: ignore[attr-defined]  # noqa: B018


class TestTypes:
    def test_stubs_are_what_is_there(self, tmp_path: Path) -> None:
        command = [sys.executable, "-m", "mypy.stubtest", "honnin"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr

    def test_the_package_and_these_tests_are_strictly_typed(self, tmp_path: Path) -> None:
        tests = sorted(Path(__file__).parent.glob("*.py"))
        command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), "-p", "honnin"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, done.stdout
        command = [*command[:-2], *map(str, tests)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, done.stdout


def test_importing_is_quick_and_does_nothing(python: Run) -> None:
    def milliseconds(source: str) -> float:
        clock = "import time; begun = time.perf_counter()\n"
        told = "\nprint((time.perf_counter() - begun) * 1000)"
        return min(float(python(clock + source + told).stdout) for _ in range(7))

    milliseconds("import honnin")
    # The best of several: a busy machine makes it longer, nothing makes it shorter.
    assert milliseconds("import honnin") < 60
    python(
        """
import os, threading
before = set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else set()
import honnin
if os.path.isdir("/proc/self/task"):
    assert len(os.listdir("/proc/self/task")) == 1
    assert set(os.listdir("/proc/self/fd")) == before
    maps = open("/proc/self/maps").read()
    assert "pcsc" not in maps
assert threading.active_count() == 1
import sys
assert not {"logging", "json", "dataclasses", "typing", "socket"} & set(sys.modules), sys.modules.keys()
"""
    )


#: Reads and signs on a virtual card, then asks for real readers.
SERVES = """
import honnin
with honnin.open_card(honnin.VirtualCard()) as card:
    card.verify_pin("signing", "ABC123")
    honnin.verify(card.certificate(), b"order", card.sign(b"order"))
try:
    print("readers", len(honnin.readers()))
except honnin.errors.ReaderServiceUnavailable as error:
    print(error.reason.name)
"""


def test_with_the_library_but_no_daemon_the_answer_is_right(python: Run, tmp_path: Path) -> None:
    # A socket where nobody listens.
    environment = {**os.environ, "PCSCLITE_CSOCK_NAME": str(tmp_path / "nobody")}
    assert python(SERVES, env=environment).stdout.strip() in {"SERVICE_STOPPED", "LIBRARY_ABSENT"}


def test_with_the_library_hidden_the_answer_is_right(tmp_path: Path) -> None:
    hide = """
for library in $(ldconfig -p | sed -n 's/.*=> \\(.*libpcsclite\\.so.*\\)/\\1/p'); do
    mount --bind /dev/null "$(readlink -f "$library")" || exit 1
done
exec "$0" -c "$1"
"""
    command = ["unshare", "--map-root-user", "--mount", "--", "sh", "-c", hide, sys.executable, SERVES]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "LIBRARY_ABSENT", done.stderr


def test_the_command_is_the_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "honnin"]
    environment = {**os.environ, "PASSWORD": "ABC123"}
    arguments = ["--virtual", "--json", "read", "--pin-env", "PASSWORD", "--anchors", "test"]
    waivers = ["--waive", "revocation", "--waive", "test_card"]
    done = subprocess.run(
        [*command, *arguments, *waivers], capture_output=True, text=True, env=environment, check=False
    )
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["result"], answer["holder"]["name"]) == (0, "OK", "番号　花子")
    done = subprocess.run(
        [*command, *arguments], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 50
    done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["honnin", honnin.__version__]


def test_the_version_is_one() -> None:
    installed = importlib.metadata.version("honnin")
    assert installed == honnin.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", installed)
    entry = [
        point for point in importlib.metadata.entry_points(group="console_scripts") if point.name == "honnin"
    ]
    assert [point.value for point in entry] == ["honnin.__main__:main"]


HONNIN = [sys.executable, "-m", "honnin"]


@pytest.mark.parametrize("word", ["completion", "completions"])
def test_bash_completes_commands_and_options(word: str, tmp_path: Path) -> None:
    script = tmp_path / "honnin.bash"
    made = subprocess.run([*HONNIN, word, "bash"], capture_output=True, check=True)
    script.write_bytes(made.stdout)
    ask = """
. "$0"; COMP_WORDS=(honnin "$@"); COMP_CWORD=$#; _honnin honnin "${!#}" "${COMP_WORDS[$# - 1]}"; echo "${COMPREPLY[*]}"
"""

    def completed(*typed: str) -> list[str]:
        command = ["bash", "-c", ask, str(script), *typed]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    assert completed("ver") == ["verify"]
    assert set(completed("verify", "")) >= {"raw", "cms", "pdf"}
    assert completed("read", "--pin-") == ["--pin-env", "--pin-fd"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_take_their_scripts(shell: str, tmp_path: Path) -> None:
    made = subprocess.run([*HONNIN, "completion", shell], capture_output=True, text=True, check=True).stdout
    assert "verify" in made
    assert "--pin-env" in made or "pin-env" in made
    if shutil.which(shell):
        script = tmp_path / "script"
        script.write_text(made, encoding="utf-8")
        subprocess.run([shell, "-n", str(script)], check=True)


def test_only_a_terminal_is_shown_colours() -> None:
    def at_a_terminal(**environment: str) -> bytes:
        ours, theirs = os.openpty()
        terminal = {**os.environ, "TERM": "xterm-256color", **environment}
        with subprocess.Popen([*HONNIN, "--help"], stdout=theirs, stderr=theirs, env=terminal) as running:
            os.close(theirs)
            shown = b""
            while True:
                try:
                    part = os.read(ours, 65536)
                except OSError:  # Linux says so when the other side has closed.
                    break
                if not part:
                    break
                shown += part
            assert running.wait() == 0
        os.close(ours)
        assert "マイナンバーカード".encode() in shown
        return shown

    assert b"\x1b[" in at_a_terminal()
    assert b"\x1b[" not in at_a_terminal(NO_COLOR="1")
    piped = subprocess.run([*HONNIN, "--help"], capture_output=True, check=True)
    assert b"\x1b[" not in piped.stdout + piped.stderr
