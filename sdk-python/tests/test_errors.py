"""Errors, enums and texts; what shows, and what must not."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback

import honnin
import pytest
from honnin import PinKind, ResultCode, errors

from conftest import CANARIES


def shows_nothing(*texts: str) -> None:
    for text in texts:
        for canary in CANARIES:
            assert canary not in text


@pytest.mark.parametrize("code", [code for code in ResultCode if code is not ResultCode.OK])
def test_every_code_has_an_exception_of_its_family(code: ResultCode) -> None:
    kind = errors.BY_CODE[code]
    error = kind("a detail", operation="pin_verify")
    assert error.code is code
    assert kind.__name__ == "".join(part.capitalize() for part in code.name.split("_"))
    family = {
        2: errors.ReaderError,
        3: errors.CardError,
        4: errors.PinError,
        5: errors.CertificateError,
        6: errors.SignatureError,
        7: errors.IdentityError,
    }.get(code // 100, errors.HonninError)
    assert isinstance(error, family)
    assert str(error).startswith(f"{code.name} in pin_verify: a detail | ")
    for audience in honnin.Audience:
        for lang in ("ja", "en", "ja-x-easy"):
            assert error.message(audience, lang)
            assert code.message(audience, lang)
    assert len(error.message("cardholder_short", "ja")) <= 20
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is kind
        assert again.__dict__ == error.__dict__
        assert str(again) == str(error)
    assert isinstance(code.traits, honnin.Traits)
    assert honnin.Traits.NOT_A_PASS in code.traits


def test_the_two_that_are_also_of_python() -> None:
    assert issubclass(errors.InvalidArgument, ValueError)
    assert issubclass(errors.CardAbsent, TimeoutError)
    assert ResultCode.OK not in errors.BY_CODE
    assert ResultCode.OK.traits == honnin.Traits(0)


def test_the_text_fits_the_situation(card: honnin.Card) -> None:
    with pytest.raises(errors.PinIncorrect) as caught:
        card.verify_pin(PinKind.SIGNING, "WRONG99")
    error = caught.value
    assert "あと4回" in error.message("cardholder", "ja")
    assert "4 more tries" in error.message(honnin.Audience.CARDHOLDER, "en")
    assert any(honnin.Tags.PIN_SIGNING in hint.tags for hint in error.hints("cardholder", "ja"))
    assert str(error.hints()[0]) == error.hints()[0].text
    assert str(error) == error.message("developer", "en")
    assert error.card_kind is honnin.CardKind.PLASTIC
    assert error.status_word == 0x63C4
    assert error.operation == "pin_verify"
    assert ResultCode.PIN_LOCKED.message("cardholder", "ja")
    assert ResultCode.PIN_LOCKED.hints("ja")
    assert ResultCode.PIN_LOCKED.hints("operator", "en") is not None
    assert f"{ResultCode.PIN_LOCKED}" == "PIN_LOCKED" == str(ResultCode.PIN_LOCKED)


def test_another_way_is_offered_only_where_there_is_one() -> None:
    error = errors.CardUnsupported(reason=honnin.Reason.JUKI)

    def offers(hints: list[honnin.Hint]) -> bool:
        return any(honnin.Tags.OTHER_WAY in hint.tags for hint in hints)

    assert not offers(error.hints("cardholder", "ja"))
    assert offers(error.hints("cardholder", "ja", offering=honnin.Tags.OTHER_WAY))


def test_no_secret_and_no_person_shows(virtual: honnin.VirtualCard, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1, "honnin")
    pin = honnin.Pin("ABC123")
    with honnin.open_card(virtual, 5) as card:
        for wrong in ("WRONG99", "WRONG99", "番号"):
            with pytest.raises(errors.PinError) as caught:
                card.verify_pin(PinKind.SIGNING, wrong)
            error = caught.value
            stack = traceback.TracebackException.from_exception(error, capture_locals=False)
            shows_nothing(str(error), repr(error), *stack.format_exception_only())
            assert all(canary.encode() not in pickle.dumps(error) for canary in CANARIES)
            # No Python frame of ours holds the PIN: the deepest frame is the caller's.
            last = traceback.extract_tb(error.__traceback__)[-1]
            assert last.filename == __file__
        info = card.info(serial=True)
        card.verify_pin(PinKind.SIGNING, pin)
        certificate = card.certificate()
        report = honnin.validate(certificate)
        shows_nothing(*map(repr, (pin, card, virtual, certificate, certificate.holder, info, report, report.findings)))
        shows_nothing(str(pin), str(certificate.holder), f"{certificate.holder}")
    assert any("card" in record.getMessage() for record in caplog.records)
    shows_nothing(*(record.getMessage() for record in caplog.records))
    shows_nothing(repr(virtual.transcript()))


def test_neither_the_my_number_nor_the_photo_is_logged(virtual: honnin.VirtualCard, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1, "honnin")
    with honnin.open_card(virtual, 5, permit_my_number=True, my_number_purpose="payroll") as card:
        card.verify_pin(PinKind.TEXT, "1234")
        number = card.my_number()
        holder = card.text(integrity=True)
    with honnin.open_card(virtual, 5) as card:
        card.verify_pin(PinKind.FACE_CODE_B, "01050720344649")
        face = card.face()
        photo = face.image(format="as_stored")
        shows_nothing(repr(face), str(face), repr(holder))
    assert len(number) == 12 and len(photo) > 200
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert "payroll" in said
    bare = "".join(said.split()).upper()
    for secret in (number.encode(), b"01050720344649", b"19890507"):
        assert secret.decode() not in said and secret.hex().upper() not in bare
    pieces = [photo[at : at + 16] for at in range(0, 640, 16)]
    assert not any(piece.hex().upper() in bare for piece in pieces if len(set(piece)) > 4)


def test_a_pin_and_a_card_are_not_pickled_or_copied(card: honnin.Card) -> None:
    for thing in (honnin.Pin("ABC123"), card):
        with pytest.raises(TypeError):
            pickle.dumps(thing)
        with pytest.raises(TypeError):
            copy.copy(thing)


def test_values_are_pickled(card: honnin.Card, virtual: honnin.VirtualCard) -> None:
    card.verify_pin(PinKind.SIGNING, "ABC123")
    certificate = card.certificate()
    report = honnin.validate(certificate)
    card.forget_pin()
    values = (
        certificate,
        certificate.holder,
        report,
        card.info(),
        virtual.transcript()[0],
        ResultCode.PIN_LOCKED,
        PinKind.SIGNING,
        honnin.Tags.CONTACT | honnin.Tags.PIN_SIGNING,
        PinKind.SIGNING.SIGNING,
        ResultCode.PIN_LOCKED.hints("ja")[0],
        honnin.wait_for_card(0, reader=virtual),
    )
    for value in values:
        again = pickle.loads(pickle.dumps(value))
        assert again == value
        assert hash(again) == hash(value)
    assert not pickle.loads(pickle.dumps(report))


def test_a_panic_becomes_a_code_without_its_text(caplog: pytest.LogCaptureFixture, capfd: object) -> None:
    from honnin import _honnin

    provoke = getattr(_honnin, "provoke_panic", None)
    if provoke is None:
        pytest.skip("what is shipped cannot be made to panic; tools/test-panic.sh builds one that can")
    with pytest.raises(errors.InternalPanic) as caught:
        provoke("WRONG99")
    shows_nothing(str(caught.value), repr(caught.value), repr(caught.value.__dict__))
    shows_nothing(*(record.getMessage() for record in caplog.records))
    assert any("lib.rs:" in record.getMessage() for record in caplog.records)
    assert isinstance(capfd, pytest.CaptureFixture)
    assert capfd.readouterr() == ("", "")


def test_the_log_follows_the_level_of_the_logger(virtual: honnin.VirtualCard, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "honnin")
    honnin.open_card(virtual, 5).close()
    assert not caplog.records
    caplog.set_level(logging.DEBUG, "honnin")
    honnin.open_card(virtual, 5).close()
    assert {record.levelname for record in caplog.records} == {"INFO", "DEBUG"}
    assert any("00A4040C" in record.getMessage().replace(" ", "") for record in caplog.records)
