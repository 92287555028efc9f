"""A holder beside what is registered: the corpora of pairs that Rust and C go through, and the values of Python."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import honnin
import pytest
from honnin import Difference, State, Subject, Verdict, errors

CORPORA = Path(__file__).resolve().parents[2] / "tests" / "identity"


def holder(
    name: str | None = "番号　花子",
    address: str | None = "東京都千代田区霞が関九丁目９９番９号",
    name_kana: str | None = None,
    flags: str = "",
) -> honnin.Holder:
    return honnin.Holder(
        name=name,
        address=address,
        birth_date=date(1989, 5, 7),
        birth_date_text="1989-05-07",
        sex=honnin.Sex.FEMALE,
        name_substituted="1" in flags,
        address_substituted="1" in flags,
        name_kana=name_kana,
        name_substitutes=flags,
        address_substitutes=flags,
    )


def pairs(corpus: str) -> list[tuple[int, list[str]]]:
    lines = (CORPORA / corpus).read_text(encoding="utf-8").splitlines()
    rows = [(n, line) for n, line in enumerate(lines, 1) if line and not line.startswith("#")]
    written = [(n, re.sub(r"\{([0-9A-F]+)\}", lambda match: chr(int(match[1], 16)), line)) for n, line in rows]
    return [(n, [column.strip(" ") for column in line.split("|")]) for n, line in written]


def unflagged(text: str) -> tuple[str, str]:
    flags = "".join("1" if mark else "0" for mark, _ in re.findall(r"(\^?)([^^])", text, re.S))
    return text.replace("^", ""), flags


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are beside the source only")
@pytest.mark.parametrize("corpus", ["names.txt", "addresses.txt"])
def test_every_pair_has_its_verdict(corpus: str) -> None:
    wrong = []
    for line, (_, card, registered, verdict, reasons, why) in pairs(corpus):
        card, flags = unflagged(card)
        if corpus == "addresses.txt":
            report = honnin.compare(holder(address=card, flags=flags), address=registered)
        elif card.startswith("kana:"):
            kana = card.removeprefix("kana:")
            report = honnin.compare(holder(name_kana=kana), name_kana=registered.removeprefix("kana:"))
        else:
            report = honnin.compare(holder(name=card, flags=flags), name=registered)
        found = report.findings[0]
        # Python 3.10 cannot iterate over flags.
        named = {name for name, one in Difference.__members__.items() if one in found.reasons and name != "SPELLING"}
        same = reasons == "*" or {*filter(None, reasons.split(","))} == named
        if found.verdict is not Verdict[verdict] or not same:
            wrong.append((line, found.verdict, found.reasons, why))
    assert not wrong


def test_each_item_is_a_finding_and_the_report_is_true_only_if_all_pass() -> None:
    report = honnin.compare(holder(), name="番号 花子", address="千代田区霞ヶ関9-99-9", birth_date=date(1989, 5, 7), sex="female")
    assert report
    assert [finding.subject for finding in report.findings] == [
        Subject.NAME,
        Subject.ADDRESS,
        Subject.BIRTH_DATE,
        Subject.SEX,
    ]
    assert report.findings[0].reasons is Difference.WIDTH
    other = honnin.compare(holder(), name="番号 花子", birth_date="1989-05-08")
    assert not other
    assert other.result is honnin.ResultCode.BIRTH_DATE_MISMATCH
    with pytest.raises(errors.BirthDateMismatch):
        other.require()


def test_what_is_accepted_is_for_the_program_to_say() -> None:
    def compared(accept: object = None) -> honnin.Finding:
        report = honnin.compare(holder(), name="番号 花子", accept=accept)  # type: ignore[arg-type]
        return report.findings[0]

    assert compared().verdict is Verdict.EQUIVALENT
    assert compared(accept=Difference.WIDTH).verdict is Verdict.EQUIVALENT
    assert compared(accept=["width", Difference.SPACE]).verdict is Verdict.EQUIVALENT
    strict = compared(accept=Difference(0))
    assert strict.verdict is Verdict.UNDECIDED
    assert strict.state is State.NOT_CHECKED
    with pytest.raises(errors.UnsupportedOption):
        compared(accept=Difference.ROOM)
    for wrong in ("rooms", 1 << 60):
        with pytest.raises(errors.InvalidArgument):
            compared(accept=wrong)
    brackets = honnin.compare(holder(name="番号［登録］　花子"), name="登録 花子")
    assert brackets.result is honnin.ResultCode.COMPARISON_UNDECIDED
    accepted = Difference.SPELLING | Difference.OLD_SURNAME
    assert honnin.compare(holder(name="番号［登録］　花子"), name="登録 花子", accept=accepted)


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(errors.InvalidArgument):
        honnin.compare(holder())
    for arguments in ({"name": ""}, {"birth_date": "1989-5-7"}, {"script": "hanzi", "name": "番号"}):
        with pytest.raises(errors.InvalidArgument):
            honnin.compare(holder(), **arguments)
    with pytest.raises(TypeError):
        honnin.compare("番号　花子", name="番号　花子")  # type: ignore[arg-type]


def test_the_staff_read_what_differs_and_nothing_of_either_side() -> None:
    finding = honnin.compare(holder(), address="東京都千代田区霞が関9-99-9 番号ハイツ101").findings[0]
    ja, en = finding.staff_text(), finding.staff_text("en")
    assert ja is not None and "建物名" in ja and "霞" not in ja and "101" not in ja
    assert en is not None and en.startswith("Address: ")
    assert honnin.Finding(Subject.CHAIN, honnin.ResultCode.OK, State.PASSED).staff_text() is None


def test_a_flag_without_a_place_covers_the_whole_name() -> None:
    vague = holder()
    object.__setattr__(vague, "name_substituted", True)
    assert honnin.compare(vague, name="番場　花子").findings[0].verdict is Verdict.UNDECIDED
    assert honnin.compare(holder(), name="番場　花子").findings[0].verdict is Verdict.MISMATCH


def test_the_holder_of_a_certificate_keeps_which_characters_are_substitutes() -> None:
    profile = '{"name": "高橋　花子", "name_substituted": "10000"}'
    with honnin.VirtualCard(profile) as virtual, honnin.open_card(virtual) as card:
        card.verify_pin("signing", "ABC123")
        person = card.certificate().holder
    assert person.name_substitutes == "10000"
    report = honnin.compare(person, name="髙橋　花子")
    assert report
    assert Difference.SUBSTITUTED in report.findings[0].reasons
