"""Text, age, face, genuineness and the printed codes, as Python has them."""

from __future__ import annotations

import copy
import pickle
from datetime import date, datetime, timezone
from typing import Any

import honnin
import pytest
from honnin import PinKind, ResultCode, State, Subject, errors

from conftest import CANARIES

CODE_B = "01050720344649"
MY_NUMBER = "123456789018"


def trust(virtual: honnin.VirtualCard) -> honnin.Trust:
    return honnin.Trust.production().with_card_keys([virtual.card_key()])


def test_the_printed_codes() -> None:
    assert honnin.code_b("1980-02-17", 2035, "2285") == "55021720352285"
    assert honnin.code_b(date(1980, 2, 17), "2035", "2285") == "55021720352285"
    assert honnin.code_birth_date(date(1989, 1, 7)) == "640107"
    assert honnin.code_birth_date("2019-05-01") == "010501"
    for bad in ("1800-01-01", "1989-00-00", "soon"):
        with pytest.raises(errors.PinFormat):
            honnin.code_birth_date(bad)
    with pytest.raises(errors.PinFormat):
        honnin.code_b("1980-02-17", 2035, "12345")
    with pytest.raises(errors.InvalidArgument):
        honnin.code_birth_date(19800217)  # type: ignore[arg-type]


def test_the_age_and_what_it_rests_on(card: honnin.Card, virtual: honnin.VirtualCard) -> None:
    assert card.info(certificates=False).expires == date(2034, 5, 7)
    card.verify_pin(PinKind.FACE_BIRTH_DATE, honnin.code_birth_date("1989-05-07"))
    holder = card.age_record(integrity=True, trust=trust(virtual))
    assert (holder.name, holder.address, holder.sex) == (None, None, None)
    assert holder.birth_date == date(1989, 5, 7)
    assert honnin.age_check(holder, 20)
    assert honnin.age_check(holder, 20, date(2009, 5, 7))
    assert honnin.age_check(holder, 20, datetime(2009, 5, 7, tzinfo=timezone.utc))
    with pytest.raises(errors.AgeNotMet):
        honnin.age_check(holder, 20, "2009-05-06")
    assert honnin.age_check(holder, 20, "2009-05-06", count_eve=True)
    with pytest.raises(errors.InvalidArgument):
        honnin.age_check(holder, 0)
    report = holder.integrity
    assert report is not None
    states = {finding.subject: finding.state for finding in report.findings}
    assert states == {
        Subject.RECORD: State.PASSED,
        Subject.CARD_CERTIFICATE: State.PASSED,
        Subject.TEST_CARD: State.FAILED,
        Subject.CARD_EXPIRY: State.PASSED,
    }
    report = card.genuine(trust=trust(virtual))
    challenge = report.finding(Subject.CHALLENGE)
    assert challenge is not None
    assert challenge.state is State.PASSED
    assert report.result is ResultCode.CERTIFICATE_TEST
    assert not report


def test_the_text(card: honnin.Card) -> None:
    card.verify_pin(PinKind.TEXT, "1234")
    holder = card.text()
    assert (holder.name, holder.birth_date) == ("番号　花子", date(1989, 5, 7))
    assert holder.source is honnin.HolderSource.TEXT
    assert holder.integrity is None
    assert pickle.loads(pickle.dumps(holder)) == holder
    for secret in CANARIES:
        assert secret not in repr(holder)
    report = card.text(integrity=True).integrity
    assert report is not None
    assert report.result is ResultCode.NOT_PERMITTED
    with pytest.raises(errors.NotPermitted):
        card.my_number()


def test_the_text_is_read_encrypted_by_option(virtual: honnin.VirtualCard) -> None:
    with honnin.open_card(virtual, secure_messaging=True) as card:
        card.verify_pin(PinKind.TEXT, "1234")
        assert card.text().name == "番号　花子"
    headers = [exchange.header for exchange in virtual.transcript()]
    assert "80AE0000" in headers
    assert "00B08200" not in headers


def test_the_individual_number_needs_a_permit_and_a_purpose(virtual: honnin.VirtualCard) -> None:
    with pytest.raises(errors.InvalidArgument):
        honnin.open_card(virtual, permit_my_number=True)
    options: dict[str, Any] = {"permit_my_number": True, "my_number_purpose": "payroll"}
    with honnin.open_card(virtual, **options) as card:
        card.verify_pin(PinKind.TEXT_CODE_A, MY_NUMBER)
        assert card.my_number() == MY_NUMBER
        with pytest.raises(errors.PinRequired):
            card.text()


def test_the_face(card: honnin.Card, virtual: honnin.VirtualCard) -> None:
    with pytest.raises(errors.PinRequired):
        card.face()
    card.verify_pin("face_code_b", CODE_B)
    face = card.face(trust=trust(virtual))
    assert (face.holder.sex, face.expires) == (honnin.Sex.FEMALE, date(2034, 5, 7))
    record = face.report.finding(Subject.RECORD)
    assert record is not None
    assert record.state is State.PASSED
    for which in honnin.FaceImage:
        assert face.image(which).startswith(b"\x89PNG\r\n\x1a\n")
    assert face.image(format="as_stored")[4:8] == b"jP  "
    assert repr(face) == "<honnin.Face>"
    for attempt in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError):
            attempt(face)


def test_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(errors.InvalidArgument):
        honnin.Trust.production().with_card_keys([b"0"])
