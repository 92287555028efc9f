"""What docs/python.md shows runs as it stands there, one block after the other, with a virtual card where the reader is."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import textwrap
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import honnin
import honnin.aio
import honnin.keys
import pytest
from honnin import testing

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = re.findall(r"^```python\n(.*?)^```$", (ROOT / "docs/python.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)


class Served(BaseException):
    """The kiosk has served its customer."""


class Trusting:
    """A card whose issuer is trusted, as that of a real one is."""

    def __init__(self, card: honnin.Card, trust: honnin.Trust) -> None:
        self._card = card
        self._trust = trust

    def __enter__(self) -> Trusting:
        self._card.__enter__()
        return self

    def __exit__(self, *about: Any) -> None:
        self._card.__exit__(*about)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._card, name)
        if name == "genuine":
            return lambda: Genuine(found(trust=self._trust))
        if name in ("face", "text", "age_record"):
            return lambda **options: found(**options, trust=self._trust)
        return found


class Genuine:
    """The report about a virtual card, which is good but for being one."""

    def __init__(self, report: honnin.Report) -> None:
        self._report = report

    def require(self) -> None:
        assert self._report.result is honnin.ResultCode.CERTIFICATE_TEST


class Spark:
    """As much of a Spark session as the guide uses; tools/test-batch.py has a real one."""

    def __init__(self) -> None:
        self.read = self
        self.rows = 0

    def parquet(self, path: str) -> Spark:
        self.path = path
        return self

    def mapInArrow(self, check: Any, schema: str) -> None:  # noqa: N802
        assert schema.startswith("id bigint, result string, ")
        table = pytest.importorskip("pyarrow.parquet").read_table(self.path)
        self.rows = sum(batch.num_rows for batch in check(iter(table.to_batches())))


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What a program has around the snippets: names, files, and a trust that the virtual card's issuer is part of."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    pa: Any = pytest.importorskip("pyarrow")
    jwt: Any = pytest.importorskip("jwt")
    monkeypatch.chdir(tmp_path)
    order = b"<order/>"
    Path("order.xml").write_bytes(order)
    Path("contract.pdf").write_bytes((ROOT / "tests/scenarios/one-page.pdf").read_bytes())
    with honnin.VirtualCard() as virtual, testing.in_reader(virtual):
        authorities = [virtual.ca("signing"), virtual.ca("authentication")]
        crl = virtual.crl()
        Path("that-day.crl").write_bytes(crl)

        def trusting(verify: Any) -> Any:
            def verified(*arguments: Any, **options: Any) -> Any:
                trust = options.pop("trust", None) or honnin.Trust.production()
                waive = [*options.pop("waive", ()), "test_card"]
                return verify(*arguments, trust=trust.with_anchors(authorities), waive=waive, **options)

            return verified

        for name in ("validate", "verify_cms", "verify_pdf"):
            monkeypatch.setattr(honnin, name, trusting(getattr(honnin, name)))
        # A responder that says "try later".
        monkeypatch.setattr(honnin, "fetch_ocsp", lambda *_, **__: bytes.fromhex("30030a0103"))

        async def events() -> AsyncIterator[Any]:
            yield honnin.aio.CardEvent(honnin.readers()[0], True)

        monkeypatch.setattr(honnin.aio, "watch", events)
        with honnin.open_card() as card:
            card.verify_pin("signing", "ABC123")
            frame = pa.table({"id": [1, 2], "cms": [card.sign_cms(order), b"junk"]})
        pytest.importorskip("pyarrow.parquet").write_table(frame, "archive")
        frame_file = Path("archive")
        Path("archive.parquet").write_bytes(frame_file.read_bytes())

        def wait_for_removal(**_: Any) -> None:
            raise Served

        monkeypatch.setattr(honnin, "wait_for_removal", wait_for_removal)
        shown: list[str] = []
        yield {
            "ask": lambda _kind, _tries: "ABC123",
            "ask_password": lambda _tries: "ABC123",
            "ca": authorities[0],
            "CertificateKind": honnin.CertificateKind,
            "crl": crl,
            "date": date,
            "frame": frame,
            "hashes": hashes,
            "jwt": jwt,
            "lists": [Path("that-day.crl")],
            "log": logging.getLogger("guide"),
            "name": x509.Name([]),
            "order": order,
            "password": "ABC123",
            "pin": "1234",
            "PinKind": honnin.PinKind,
            "pytest": pytest,
            "secret": b"a secret of sixteen bytes or more",
            "secrets": secrets,
            "show": lambda *texts: shown.extend(texts),
            "shown": shown,
            "spark": Spark(),
            "trust_in_card": honnin.Trust.production().with_card_keys([virtual.card_key()]),
            "url": "http://ocsp.example.invalid",
            "virtual": virtual,
            "welcome": lambda holder: shown.append(f"welcome {holder.name}"),
            "x509": x509,
        }


def run(block: str, names: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    if "async with" in block:
        wrapped = "async def main():\n" + textwrap.indent(block, "    ") + "    return event\n"
        exec(compile(wrapped, "docs/python.md", "exec"), names)
        assert asyncio.run(names["main"]()).present
        return
    code = compile(block, "docs/python.md", "exec")
    if "except errors.PinFormat" in block and "while True" not in block:
        # Every way it can go.
        for password, said in [("1234", "4"), ("WRONG99", "4回"), ("ABC123", "")]:
            with honnin.open_card() as card:
                names.update(card=card, password=password)
                exec(code, names)
            assert said in "".join(names["shown"])
            names["shown"].clear()
    elif "while True:\n    try:\n        reader" in block:
        with pytest.raises(Served):
            exec(code, names)
        assert names["shown"] == ["welcome 番号　花子", "カードをお取りください"]
    elif "genuine()" in block:
        plain = honnin.open_card
        with monkeypatch.context() as patched:
            patched.setattr(honnin, "open_card", lambda *a, **o: Trusting(plain(*a, **o), names["trust_in_card"]), raising=True)
            exec(code, names)
        assert Path("photo.png").read_bytes().startswith(b"\x89PNG")
    else:
        exec(code, names)


def test_the_guide_runs_from_its_beginning_to_its_end(names: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(BLOCKS) >= 12
    for block in BLOCKS:
        try:
            run(block, names, monkeypatch)
        except Exception as error:
            pytest.fail(f"{type(error).__name__}: {error} in\n{block}")
    assert names["holder"] is not None
    assert names["spark"].rows == 2
    assert Path("findings.parquet").exists()
