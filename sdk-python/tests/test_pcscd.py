"""A real pcscd, with a network and a /run of its own so that it meets no reader of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

INSIDE = """
ip link set lo up
mount -t tmpfs tmpfs /run
mkdir -m 755 /run/pcscd
pcscd --foreground --error >/dev/null 2>&1 &
pcscd=$!
"$0" -c "$1"
status=$?
kill $pcscd
exit $status
"""

#: tools/setup.sh test installs them. The programs of the system are not in everybody's path.
PROGRAMS = ("pcscd", "unshare", "ip")
PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))


def with_pcscd(source: str) -> str:
    missing = [program for program in PROGRAMS if shutil.which(program, path=PATH) is None]
    if not list(Path("/etc/reader.conf.d").glob("*vpcd*")):
        missing.append("vsmartcard-vpcd")
    assert not missing
    command = ["unshare", "--map-root-user", "--net", "--mount", "--", "sh", "-c", INSIDE]
    done = subprocess.run(
        [*command, sys.executable, source],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PATH": PATH},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class TestPcscd:
    def test_a_card_is_read_and_signs(self) -> None:
        out = with_pcscd("""
import honnin, time
for _ in range(100):
    try:
        if honnin.readers(): break
    except honnin.errors.ReaderServiceUnavailable: pass
    time.sleep(0.1)
assert not any(reader.card_present or reader.is_virtual for reader in honnin.readers())
with honnin.VirtualCard() as virtual:
    virtual.plug_into_pcscd()
    reader = honnin.wait_for_card(10)
    with honnin.open_card(reader) as card:
        assert not card.is_virtual
        assert card.info(serial=True).serial == "900000000000001"
        card.verify_pin("signing", "ABC123")
        honnin.verify(card.certificate(), b"order", card.sign(b"order"))
        assert virtual.is_verified("signing")
    assert not virtual.is_verified("signing")
    with honnin.open_card(timeout=5) as card:
        card.verify_pin("authentication", "1234")
        virtual.remove()
        try: card.sign(b"order", key="authentication")
        except honnin.errors.CardRemoved: pass
    honnin.wait_for_removal(5)
print("done")
""")
        assert out.strip() == "done"

    def test_ctrl_c_ends_a_wait_for_a_real_card(self) -> None:
        out = with_pcscd("""
import honnin, os, signal, threading, time
signal.signal(signal.SIGINT, signal.default_int_handler)
for _ in range(100):
    try:
        if honnin.readers(): break
    except honnin.errors.ReaderServiceUnavailable: pass
    time.sleep(0.1)
for wait in (lambda: honnin.wait_for_card(20), lambda: honnin.open_card(timeout=20)):
    begun = []
    def interrupt():
        time.sleep(0.5)
        begun.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=interrupt).start()
    try: wait()
    except KeyboardInterrupt: print(time.monotonic() - begun[0])
""")
        assert [float(line) < 0.2 for line in out.split()] == [True, True]

    def test_a_child_opens_cards_of_its_own(self) -> None:
        out = with_pcscd("""
import honnin, os, time
for _ in range(100):
    try:
        if honnin.readers(): break
    except honnin.errors.ReaderServiceUnavailable: pass
    time.sleep(0.1)
virtual = honnin.VirtualCard()
virtual.plug_into_pcscd()
honnin.wait_for_card(10)
card = honnin.open_card()
card.pin_tries("signing")
child = os.fork()
if child == 0:
    try: card.pin_tries("signing")
    except honnin.errors.BadState: pass
    else: os._exit(1)
    del card
    with honnin.open_card(timeout=5) as mine: mine.pin_tries("signing")
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
card.close()
with honnin.open_card(timeout=5) as card: card.verify_pin("signing", "ABC123")
virtual.unplug()
print("done")
""")
        assert out.strip() == "done"
