"""A card: what it tells, PINs, certificates, signatures."""

from __future__ import annotations

import hashlib
import io
from datetime import date, datetime, timedelta, timezone

import honnin
import pytest
from honnin import CertificateKind, Key, PinKind, ResultCode, errors


def test_the_card_tells_its_kind_and_no_serial_number_unless_asked(card: honnin.Card) -> None:
    assert card.kind is honnin.CardKind.PLASTIC
    info = card.info()
    assert info.serial is None
    assert info.municipality is None
    assert info.expires == date(2034, 5, 7)
    assert info.signing_certificate is True
    info = card.info(serial=True, municipality=True)
    assert (info.serial, info.municipality) == ("900000000000001", "13101")


def test_a_phone_tells_what_it_has() -> None:
    with honnin.open_card(honnin.VirtualCard({"kind": "android"}), 5) as card:
        assert card.kind is honnin.CardKind.ANDROID
        assert card.info().expires is None


def test_a_wrong_password_costs_one_try_and_the_same_again_costs_none(card: honnin.Card, virtual: honnin.VirtualCard) -> None:
    assert card.pin_tries(PinKind.SIGNING) == 5
    with pytest.raises(errors.PinIncorrect) as caught:
        card.verify_pin(PinKind.SIGNING, "WRONG99")
    assert caught.value.tries_left == 4
    assert caught.value.try_spent is honnin.TrySpent.YES
    with pytest.raises(errors.PinRepeated):
        card.verify_pin(PinKind.SIGNING, "WRONG99")
    assert virtual.tries_left(PinKind.SIGNING) == 4


@pytest.mark.parametrize("form", [str, str.encode, lambda pin: bytearray(pin.encode()), honnin.Pin])
def test_a_pin_comes_in_any_form(card: honnin.Card, form: object) -> None:
    assert callable(form)
    card.verify_pin("signing", form("ABC123"))
    assert card.pin_tries(PinKind.SIGNING) is None


def test_a_four_digit_pin_offered_as_signing_password_costs_no_try(card: honnin.Card, virtual: honnin.VirtualCard) -> None:
    before = len(virtual.transcript())
    with pytest.raises(errors.PinFormat) as caught:
        card.verify_pin(PinKind.SIGNING, "1234")
    assert caught.value.reason is honnin.Reason.FOUR_DIGITS_FOR_SIGNING
    assert len(virtual.transcript()) == before
    with pytest.raises(errors.PinFormat):
        card.verify_pin(PinKind.SIGNING, "abc123")
    card.verify_pin(PinKind.SIGNING, "ａｂｃ１２３", fold=True)


def test_the_last_try_is_kept_unless_allowed() -> None:
    with honnin.open_card(honnin.VirtualCard({"tries_left": {"signing": 1}}), 5) as card:
        with pytest.raises(errors.PinLastTry) as caught:
            card.verify_pin(PinKind.SIGNING, "ABC123")
        assert caught.value.tries_left == 1
        card.verify_pin(PinKind.SIGNING, "ABC123", allow_last_try=True)


def test_a_locked_pin_says_so_without_a_try() -> None:
    with honnin.open_card(honnin.VirtualCard({"tries_left": {"signing": 0}}), 5) as card:
        with pytest.raises(errors.PinLocked):
            card.verify_pin(PinKind.SIGNING, "ABC123")
        with pytest.raises(errors.PinLocked):
            card.pin_tries(PinKind.SIGNING)


def test_a_pin_is_changed(card: honnin.Card) -> None:
    with pytest.raises(errors.PinFormat) as caught:
        card.change_pin(PinKind.SIGNING, "ABC123", "ABCDEF")
    assert caught.value.reason is honnin.Reason.NEEDS_LETTER_AND_DIGIT
    card.change_pin(PinKind.SIGNING, "ABC123", "NEW456")
    card.forget_pin()
    card.verify_pin(PinKind.SIGNING, "NEW456")


def test_a_wiped_pin_is_of_no_use(card: honnin.Card) -> None:
    with honnin.Pin("ABC123") as pin:
        card.verify_pin(PinKind.SIGNING, pin)
    with pytest.raises(errors.BadState):
        card.verify_pin(PinKind.SIGNING, pin)


def test_the_form_of_a_pin_is_checked_without_a_card() -> None:
    honnin.pin_check(PinKind.SIGNING, "ABC123")
    with pytest.raises(errors.PinFormat):
        honnin.pin_check(PinKind.AUTHENTICATION, "12345")


def test_the_certificate_names_the_holder(card: honnin.Card) -> None:
    with pytest.raises(errors.PinRequired):
        card.certificate(CertificateKind.SIGNING)
    card.verify_pin(PinKind.SIGNING, "ABC123")
    certificate = card.certificate(CertificateKind.SIGNING)
    holder = certificate.holder
    assert holder.name == "番号　花子"
    assert holder.birth_date == date(1989, 5, 7)
    assert holder.birth_date_text == "1989-05-07"
    assert holder.sex is honnin.Sex.FEMALE
    assert holder.name_substituted is False
    assert certificate.not_after.tzinfo is timezone.utc
    assert certificate.not_before < datetime.now(timezone.utc) < certificate.not_after
    assert certificate.kind is CertificateKind.SIGNING
    assert honnin.Certificate(certificate.pem.encode()) == certificate
    assert honnin.Certificate(certificate.der).fingerprint == hashlib.sha256(certificate.der).hexdigest()
    with pytest.raises(errors.NotFound):
        card.certificate(CertificateKind.AUTHENTICATION).holder  # noqa: B018


def test_a_birth_date_with_unknown_parts_is_text_only() -> None:
    with honnin.open_card(honnin.VirtualCard({"birth_date": "1989-05-00"}), 5) as card:
        card.verify_pin(PinKind.SIGNING, "ABC123")
        holder = card.certificate(CertificateKind.SIGNING).holder
    assert holder.birth_date is None
    assert holder.birth_date_text == "1989-05-00"


def test_other_people_read_our_certificate_and_check_our_signature(card: honnin.Card) -> None:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA512

    card.verify_pin(PinKind.SIGNING, "ABC123")
    certificate = card.certificate(CertificateKind.SIGNING)
    theirs = certificate.to_cryptography()
    assert f"{theirs.serial_number:X}" == certificate.serial.lstrip("0")
    assert theirs.not_valid_after_utc == certificate.not_after
    key = theirs.public_key()
    assert isinstance(key, RSAPublicKey)
    key.verify(card.sign(b"order", hash="sha512"), b"order", PKCS1v15(), SHA512())


def test_bytes_files_and_digests_are_signed_alike(card: honnin.Card) -> None:
    card.verify_pin(PinKind.SIGNING, "ABC123")
    order = bytes(range(256)) * 3000
    signature = card.sign(order, key=Key.SIGNING, hash="sha256")
    assert card.sign(io.BytesIO(order)) == signature
    assert card.sign(bytearray(order)) == signature
    assert card.sign(memoryview(order)) == signature
    assert card.sign_digest(hashlib.sha256(order).digest()) == signature
    certificate = card.certificate()
    honnin.verify(certificate, order, signature, "sha256")
    honnin.verify(certificate.public_key_der, order, signature, "SHA-256")
    with pytest.raises(errors.SignatureInvalid):
        honnin.verify(certificate, order + b"!", signature, "sha256")


def test_a_file_that_fails_is_an_io_error_with_its_cause(card: honnin.Card) -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise OSError("the disk is gone")

    with pytest.raises(errors.IoError) as caught:
        card.sign(Broken())  # type: ignore[arg-type]
    assert isinstance(caught.value.__cause__, OSError)


def test_without_its_pin_a_key_does_not_sign(card: honnin.Card, virtual: honnin.VirtualCard) -> None:
    virtual.verify_out_of_band(PinKind.SIGNING)
    with pytest.raises(errors.PinRequired) as caught:
        card.sign(b"order")
    assert caught.value.pin is PinKind.SIGNING


def test_an_expired_certificate_does_not_sign() -> None:
    with honnin.open_card(honnin.VirtualCard({"certificates": {"signing": "expired"}}), 5) as card:
        card.verify_pin(PinKind.SIGNING, "ABC123")
        with pytest.raises(errors.CertificateExpired):
            card.sign(b"order")


def test_another_application_needs_the_pin_forgotten(card: honnin.Card) -> None:
    card.verify_pin(PinKind.SIGNING, "ABC123")
    with pytest.raises(errors.BadState):
        card.info()
    card.forget_pin()
    assert card.info().expires == date(2034, 5, 7)


def test_closing_leaves_the_card_and_ends_the_handle(virtual: honnin.VirtualCard) -> None:
    with honnin.open_card(virtual, 5) as card:
        card.verify_pin(PinKind.SIGNING, "ABC123")
        assert virtual.is_verified(PinKind.SIGNING)
    assert not virtual.is_verified(PinKind.SIGNING)
    assert card.closed
    assert card.exchanges == len(virtual.transcript())
    with pytest.raises(errors.BadState):
        card.info()
    card.close()


def test_a_card_that_nobody_holds_any_more_is_left(virtual: honnin.VirtualCard) -> None:
    card = honnin.open_card(virtual, 5)
    card.verify_pin(PinKind.SIGNING, "ABC123")
    del card
    assert not virtual.is_verified(PinKind.SIGNING)


def test_a_lost_answer_to_a_pin_is_an_unknown_outcome(card: honnin.Card, virtual: honnin.VirtualCard) -> None:
    card.pin_tries(PinKind.SIGNING)
    # EF 0008, the counter, then VERIFY, whose answer is lost.
    virtual.remove_after(3)
    with pytest.raises(errors.PinOutcomeUnknown) as caught:
        card.verify_pin(PinKind.SIGNING, "ABC123")
    assert caught.value.try_spent is honnin.TrySpent.UNKNOWN


def test_the_my_number_needs_a_permit_and_a_purpose(virtual: honnin.VirtualCard, card: honnin.Card) -> None:
    with pytest.raises(errors.NotPermitted):
        card.verify_pin(PinKind.TEXT_CODE_A, "123456789018")
    with pytest.raises(errors.InvalidArgument):
        honnin.open_card(virtual, permit_my_number=True)


def test_a_report_is_true_only_if_everything_passed_or_was_waived(card: honnin.Card, virtual: honnin.VirtualCard) -> None:
    card.verify_pin(PinKind.SIGNING, "ABC123")
    certificate = card.certificate()
    report = honnin.validate(certificate)
    assert not report
    assert report.result is ResultCode.CERTIFICATE_UNTRUSTED
    with pytest.raises(errors.CertificateUntrusted):
        report.require()
    trust = honnin.Trust.production().with_anchors([virtual.ca()])
    report = honnin.validate(certificate, trust=trust, waive=["revocation"])
    assert not report
    assert report.result is ResultCode.CERTIFICATE_TEST
    report = honnin.validate(certificate, trust=trust, waive=["revocation", honnin.Subject.TEST_CARD])
    assert report
    assert report.signers == (certificate,)
    report.require()
    states = {finding.subject.name: finding.state for finding in report.findings}
    assert states["REVOCATION"] is honnin.State.WAIVED
    assert states["CHAIN"] is honnin.State.PASSED
    after = certificate.not_after + timedelta(seconds=1)
    late = honnin.validate(certificate, at=after, trust=trust, waive=["revocation", "test_card"])
    assert late.result is ResultCode.CERTIFICATE_EXPIRED
    same = certificate.not_after
    assert honnin.validate(certificate, at=same, trust=trust, waive=["revocation", "test_card"])


def test_what_cannot_be_looked_at_is_refused_and_not_ignored() -> None:
    trust = honnin.Trust.production()
    assert trust.with_crls([]) is not None
    for method in (trust.with_crls, trust.with_ocsp, trust.with_intermediates):
        with pytest.raises(errors.CertificateMalformed):
            method([b"0"])
    with pytest.raises(errors.InvalidArgument):
        trust.with_card_keys([b"0"])


def test_arguments_that_cannot_be_are_refused(card: honnin.Card, virtual: honnin.VirtualCard) -> None:
    certificate = virtual.certificate()
    assert certificate is not None
    for call in (
        lambda: card.verify_pin("no such pin", "1234"),
        lambda: card.pin_tries(CertificateKind.SIGNING),  # type: ignore[arg-type]
        lambda: card.sign(b"", hash="sha1"),
        lambda: card.sign_digest(b"short"),
        lambda: honnin.open_card(virtual, -1),
        lambda: honnin.open_card(virtual, float("nan")),
        lambda: honnin.validate(certificate, waive=["chain"]),
        lambda: honnin.validate(certificate, at=datetime(2026, 12, 1)),
        lambda: honnin.VirtualCard({"no such key": 1}),
    ):
        # INVALID_ARGUMENT stands before everything that asks the card.
        with pytest.raises(ValueError, match=r"INVALID_ARGUMENT|BAD_STATE") as caught:
            call()
        assert isinstance(caught.value, errors.InvalidArgument)
    with pytest.raises(TypeError):
        card.verify_pin(PinKind.SIGNING, 1234)  # type: ignore[arg-type]
    with pytest.raises(errors.CertificateMalformed):
        honnin.Certificate(b"hello")
