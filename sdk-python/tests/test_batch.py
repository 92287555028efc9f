"""Archives: each row says what verifying it alone says, nothing identifies a person, and a killed job goes on."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import honnin
import pytest

from conftest import CANARIES
from terminal import Terminal

pa: Any = pytest.importorskip("pyarrow")
pq: Any = pytest.importorskip("pyarrow.parquet")
batch: Any = pytest.importorskip("honnin.batch")

KEY = b"a secret of sixteen bytes or more"
ORDER = b"one order of soba"
AT = datetime(2026, 11, 1, tzinfo=timezone.utc)


class Shop:
    """A card's signatures in every shape, and whom to trust."""

    def __init__(self) -> None:
        with honnin.VirtualCard() as virtual, honnin.open_card(virtual, 5) as card:
            card.verify_pin("signing", "ABC123")
            self.attached = card.sign_cms(ORDER)
            self.detached = card.sign_cms(ORDER, detached=True)
            self.strong = card.sign_cms(ORDER, detached=True, hash="sha512")
            self.certificate = card.certificate()
            self.anchor = virtual.ca()
            self.trust = honnin.Trust.added().with_anchors([self.anchor]).with_crls([virtual.crl()])
        self.options: dict[str, Any] = {"trust": self.trust, "at": AT, "waive": ["test_card", "revocation"]}

    def rows(self) -> list[tuple[bytes | None, bytes | None, bytes | None, str]]:
        """CMS, content, digest, and the result."""
        sha256, sha512 = hashlib.sha256(ORDER).digest(), hashlib.sha512(ORDER).digest()
        altered = bytearray(self.attached)
        altered[altered.index(ORDER)] ^= 1
        return [
            (self.attached, None, None, "OK"),
            (self.detached, ORDER, None, "OK"),
            (self.detached, None, sha256, "OK"),
            (self.strong, None, sha512, "OK"),
            (self.detached, None, hashlib.sha256(b"another").digest(), "CONTENT_MISMATCH"),
            (self.detached, b"another", None, "CONTENT_MISMATCH"),
            (bytes(altered), None, None, "CONTENT_MISMATCH"),
            # The digest of another algorithm tells nothing about this signature.
            (self.detached, None, sha512, self.alone(self.detached)),
            (self.detached, None, None, self.alone(self.detached)),
            (self.detached, ORDER, sha256, "INVALID_ARGUMENT"),
            (self.detached, None, sha256[:31], "INVALID_ARGUMENT"),
            (self.detached, None, b"", "INVALID_ARGUMENT"),
            (self.attached, ORDER, None, "CONTENT_MISMATCH"),
            (None, ORDER, None, "SIGNATURE_MISSING"),
            (b"", None, None, "SIGNATURE_MALFORMED"),
            (b"\x30\x84\xff\xff\xff\xff", None, None, "SIGNATURE_MALFORMED"),
            (self.attached[:-1], None, None, "SIGNATURE_MALFORMED"),
            (self.attached + b"\0", None, None, "SIGNATURE_MALFORMED"),
            (self.certificate.der, None, None, "SIGNATURE_MALFORMED"),
            (b"\xff" * 70_000, None, None, "SIGNATURE_MALFORMED"),
        ]

    def alone(self, cms: bytes, content: bytes | None = None) -> str:
        return honnin.verify_cms(cms, content, **self.options).result.name

    def table(self) -> Any:
        cms, content, digest, _ = zip(*self.rows(), strict=True)
        columns = {"cms": cms, "content": content, "digest": digest}
        table = pa.table({name: pa.array(values, pa.binary()) for name, values in columns.items()})
        return table.add_column(0, "id", pa.array(range(table.num_rows)))


@pytest.fixture(scope="module")
def shop() -> Shop:
    return Shop()


@pytest.fixture(scope="module")
def findings(shop: Shop) -> Any:
    return batch.verify(shop.table(), keep=["id"], key=KEY, **shop.options)


class TestRows:
    def test_every_row_has_its_own_result(self, shop: Shop, findings: Any) -> None:
        assert findings.column("result").to_pylist() == [result for _, _, _, result in shop.rows()]
        assert findings.column("id").to_pylist() == list(range(len(shop.rows())))
        for name, number in zip(findings.column("result").to_pylist(), findings.column("code").to_pylist(), strict=True):
            assert honnin.ResultCode[name] == number

    def test_a_row_says_what_verifying_it_alone_says(self, shop: Shop, findings: Any) -> None:
        compared = 0
        for (cms, content, digest, _), found in zip(shop.rows(), findings.to_pylist(), strict=True):
            if cms is None or digest is not None:
                continue
            report = honnin.verify_cms(cms, content, **shop.options)
            assert found["result"] == report.result.name
            assert found["findings"] == [
                {
                    "subject": finding.subject.name,
                    "result": finding.code.name,
                    "code": int(finding.code),
                    "state": finding.state.name.lower(),
                    "signer": finding.signer,
                }
                for finding in report.findings
            ]
            compared += 1
        assert compared > 10

    def test_a_digest_is_as_good_as_the_content(self, findings: Any) -> None:
        by_content, by_digest = findings.slice(1, 1).to_pylist()[0], findings.slice(2, 1).to_pylist()[0]
        assert by_content["findings"] == by_digest["findings"]

    def test_the_hashes_are_hmac_under_the_key(self, shop: Shop, findings: Any) -> None:
        def piece(data: bytes) -> bytes:
            return len(data).to_bytes(8, "big") + data

        holder = shop.certificate.holder
        assert holder.name and holder.address and holder.sex
        texts = ["honnin holder 1", holder.name, holder.birth_date_text, holder.sex.name, holder.address]
        said = b"".join(piece(text.encode()) for text in texts)
        about = b"honnin certificate 1\0" + shop.certificate.der
        assert findings.column("signers")[0].as_py() == [
            {
                "certificate": hmac.digest(KEY, about, "sha256").hex(),
                "holder": hmac.digest(KEY, said, "sha256").hex(),
            }
        ]

    def test_without_a_key_there_are_no_hashes_and_under_another_others(self, shop: Shop, findings: Any) -> None:
        row = shop.table().slice(0, 1)
        bare = batch.verify(row, **shop.options).column("signers")[0].as_py()
        assert bare == [{"certificate": None, "holder": None}]
        other = batch.verify(row, key=KEY + b"!", **shop.options).column("signers")[0].as_py()
        ours = findings.column("signers")[0].as_py()
        assert other[0]["holder"] != ours[0]["holder"]
        assert other[0]["certificate"] != ours[0]["certificate"]

    def test_nothing_identifies_a_person_unless_asked(self, shop: Shop, findings: Any) -> None:
        told = json.dumps(findings.to_pylist(), ensure_ascii=False)
        for secret in (*CANARIES, shop.certificate.fingerprint, shop.certificate.serial):
            assert secret not in told
        asked = batch.verify(shop.table(), identify=True, **shop.options).column("signers")[0].as_py()[0]
        assert (asked["name"], asked["birth_date"], asked["sex"]) == ("番号　花子", "1989-05-07", "FEMALE")
        assert asked["fingerprint"] == shop.certificate.fingerprint
        assert "霞が関" in asked["address"]

    def test_short_keys_are_refused(self, shop: Shop) -> None:
        with pytest.raises(honnin.errors.InvalidArgument, match="16 bytes"):
            batch.Verifier(key=b"short", **shop.options)

    def test_certificates_are_validated_too(self, shop: Shop) -> None:
        column = pa.array([shop.certificate.der, shop.certificate.pem.encode(), b"junk", None, shop.anchor.der])
        found = batch.verify(pa.table({"certificate": column}), key=KEY, **shop.options).to_pylist()
        wrong = honnin.validate(shop.anchor, **shop.options).result.name
        results = [row["result"] for row in found]
        assert results == ["OK", "OK", "CERTIFICATE_MALFORMED", "CERTIFICATE_MALFORMED", wrong]
        assert found[0]["signers"] == found[1]["signers"] != []
        assert found[2]["signers"] == found[2]["findings"] == []

    def test_threads_change_nothing(self, shop: Shop) -> None:
        table = pa.concat_tables([shop.table()] * 200)
        one = batch.verify(table, threads=1, key=KEY, **shop.options)
        assert one.num_rows == table.num_rows
        assert one.equals(batch.verify(table, threads=4, key=KEY, **shop.options))

    def test_now_is_one_moment_for_all(self, shop: Shop) -> None:
        before = datetime.now(timezone.utc).replace(microsecond=0)
        assert before <= batch.Verifier(trust=shop.trust).at <= datetime.now(timezone.utc)


class TestShapes:
    def test_every_kind_of_binary_column_is_read(self, shop: Shop) -> None:
        kinds = [pa.binary(), pa.large_binary(), pa.binary_view()]
        for kind in kinds:
            table = pa.table({"cms": pa.array([shop.attached, None], kind)})
            found = batch.verify(table, **shop.options).column("result").to_pylist()
            assert found == ["OK", "SIGNATURE_MISSING"], kind

    def test_slices_and_batches_are_read_where_they_lie(self, shop: Shop, findings: Any) -> None:
        part = shop.table().slice(3, 5)
        found = batch.verify(part, keep=["id"], key=KEY, **shop.options)
        assert found.equals(findings.slice(3, 5).combine_chunks())
        alone = batch.verify(part.to_batches()[0], keep=["id"], key=KEY, **shop.options)
        assert alone.equals(found)

    def test_nothing_is_a_table_of_nothing(self, shop: Shop) -> None:
        found = batch.verify(shop.table().slice(0, 0), keep=["id"], **shop.options)
        assert found.num_rows == 0
        assert found.column_names == ["id", "result", "code", "findings", "signers"]

    def test_pandas(self, shop: Shop, findings: Any) -> None:
        pytest.importorskip("pandas")
        frame = shop.table().to_pandas()
        assert batch.verify(frame, keep=["id"], key=KEY, **shop.options).equals(findings)

    def test_polars(self, shop: Shop, findings: Any) -> None:
        polars = pytest.importorskip("polars")
        found = batch.verify(polars.from_arrow(shop.table()), keep=["id"], key=KEY, **shop.options)
        assert found.to_pylist() == findings.to_pylist()
        assert polars.from_arrow(found)["result"].to_list() == findings.column("result").to_pylist()

    def test_duckdb(self, shop: Shop, findings: Any) -> None:
        duckdb = pytest.importorskip("duckdb")
        with duckdb.connect() as database:
            database.register("archive", shop.table())
            relation = database.sql("SELECT * FROM archive ORDER BY id")
            found = batch.verify(relation, keep=["id"], key=KEY, **shop.options)
            assert found.to_pylist() == findings.to_pylist()
            database.register("found", found)
            good = database.sql("SELECT count(*) FROM found WHERE result = 'OK'").fetchall()
        assert good == [(4,)]

    def test_a_verifier_can_be_sent_elsewhere(self, shop: Shop, findings: Any) -> None:
        check = batch.Verifier(keep=["id"], key=KEY, **shop.options)
        sent = pickle.loads(pickle.dumps(check))
        assert sent.fingerprint == check.fingerprint
        found = pa.Table.from_batches(sent(iter(shop.table().to_batches())))
        assert found.combine_chunks().equals(findings)
        assert "secret" not in repr(check)

    def test_a_trust_can_be_pickled_with_all_it_has(self, shop: Shop) -> None:
        with honnin.VirtualCard() as virtual:
            trust = honnin.Trust.with_test().with_card_keys([virtual.card_key()]).with_anchors([virtual.ca()])
        trust = trust.with_crls([virtual.crl()]).with_intermediates([shop.certificate])
        trust = trust.with_timestamp_anchors([virtual.ca()])
        back = pickle.loads(pickle.dumps(trust))
        assert repr(back) == repr(trust)
        assert pickle.dumps(back) == pickle.dumps(trust)
        one, two = (batch.Verifier(at=AT, trust=each) for each in (trust, back))
        assert one.fingerprint == two.fingerprint != batch.Verifier(at=AT).fingerprint
        # Whom it is trusted for decides too.
        only_persons, only_stamps = (
            honnin.Trust.added().with_anchors([virtual.ca()]),
            honnin.Trust.added().with_timestamp_anchors([virtual.ca()]),
        )
        one, two = (batch.Verifier(at=AT, trust=each) for each in (only_persons, only_stamps))
        assert one.fingerprint != two.fingerprint

    @pytest.mark.parametrize(
        ("columns", "options", "words"),
        [
            ({"id": [1]}, {}, "neither"),
            ({"cms": [1]}, {}, "not binary"),
            ({"cms": [b""]}, {"keep": ["id"]}, "to be kept"),
        ],
    )
    def test_an_archive_of_another_shape_is_refused(self, columns: dict[str, Any], options: dict[str, Any], words: str) -> None:
        with pytest.raises((ValueError, TypeError), match=words):
            batch.verify(pa.table(columns), **options)

    def test_columns_of_ours_and_columns_twice_are_not_kept(self) -> None:
        for keep in (["result"], ["id", "id"]):
            with pytest.raises(ValueError, match="cannot be kept"):
                batch.Verifier(keep=keep)


#: Verifies in parts of 64 rows, and dies without a word when so many rows are done.
DYING = """
import os, pickle, sys
from honnin import _parquet, batch
_parquet.PART, _parquet.READ = 64, 48
source, target, after = sys.argv[1], sys.argv[2], int(sys.argv[3])
options = pickle.load(open(sys.argv[4], "rb"))
def told(done, total):
    if after and done > after:
        os._exit(9)
print(batch.verify_parquet(source, target, progress=told, **options))
"""


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> None:
    from honnin import _parquet

    monkeypatch.setattr(_parquet, "PART", 64)
    monkeypatch.setattr(_parquet, "READ", 48)


@pytest.fixture
def archive(shop: Shop, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "archive.parquet"
    table = pa.concat_tables([shop.table()] * 20).drop(["id"])
    table = table.add_column(0, "id", pa.array(range(table.num_rows)))
    # Row groups that end elsewhere than parts do.
    pq.write_table(table, path, row_group_size=150)
    yield path
    assert not list(tmp_path.glob("*.parts")), "nothing may be left behind"


@pytest.mark.usefixtures("parts")
class TestParquet:
    def test_a_file_is_verified_in_parts(self, shop: Shop, archive: Path) -> None:
        target = archive.with_name("findings.parquet")
        told: list[tuple[int, int]] = []

        def progress(done: int, total: int) -> None:
            told.append((done, total))

        counts = batch.verify_parquet(archive, target, keep=["id"], key=KEY, progress=progress, **shop.options)
        whole = batch.verify(pq.read_table(archive), keep=["id"], key=KEY, **shop.options)
        assert pq.read_table(target).combine_chunks().equals(whole)
        assert sum(count for _, count in counts) == whole.num_rows == 400
        assert dict(counts)["OK"] == 80
        assert told[0] == (0, 400)
        assert told[-1] == (400, 400)
        assert told == sorted(told)

    def test_killed_jobs_go_on_and_write_the_same_bytes(self, shop: Shop, archive: Path, tmp_path: Path) -> None:
        options = tmp_path / "options"
        options.write_bytes(pickle.dumps({"keep": ["id"], "key": KEY, **shop.options}))

        def run(target: Path, after: int) -> int:
            command = [sys.executable, "-c", DYING, str(archive), str(target), str(after), str(options)]
            return subprocess.run(command, check=False, timeout=120).returncode

        straight, broken = tmp_path / "straight.parquet", tmp_path / "broken.parquet"
        assert run(straight, 0) == 0
        for after in (1, 100, 130, 390, 399):
            assert run(broken, after) == 9
            assert not broken.exists()
        done = len(list((tmp_path / "broken.parquet.parts").glob("part-*")))
        assert done >= 6, "what is done stays done"
        assert run(broken, 0) == 0
        assert broken.read_bytes() == straight.read_bytes()

    def test_a_job_killed_while_it_tidies_up_is_finished(
        self, shop: Shop, archive: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from honnin import _parquet

        target = archive.with_name("findings.parquet")

        def killed(job: Any) -> None:
            if target.exists():
                job._part(0).unlink()
                raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(_parquet.Job, "_clear", killed)
            with pytest.raises(KeyboardInterrupt):
                batch.verify_parquet(archive, target, **shop.options)
        written = target.stat().st_mtime_ns
        with pytest.raises(honnin.errors.BadState, match="other options"):
            batch.verify_parquet(archive, target, identify=True, **shop.options)
        counts = batch.verify_parquet(archive, target, **shop.options)
        assert dict(counts)["OK"] == 80
        assert target.stat().st_mtime_ns == written, "nothing is done twice"

    def test_a_job_that_goes_on_asks_about_the_moment_it_began_with(self, shop: Shop, archive: Path) -> None:
        target = archive.with_name("findings.parquet")
        options = {name: value for name, value in shop.options.items() if name != "at"}
        began = datetime(2020, 1, 1, tzinfo=timezone.utc)
        self._break(archive, target, at=began, **options)
        batch.verify_parquet(archive, target, **options)
        results = set(pq.read_table(target).column("result").to_pylist())
        assert "CERTIFICATE_NOT_YET_VALID" in results
        assert "OK" not in results

    def test_it_goes_on_with_the_same_archive_and_options_only(self, shop: Shop, archive: Path) -> None:
        target = archive.with_name("findings.parquet")
        self._break(archive, target, key=KEY, **shop.options)
        other = archive.with_name("other.parquet")
        pq.write_table(pq.read_table(archive).slice(1), other)
        others: list[tuple[Path, dict[str, Any]]] = [
            (other, {"key": KEY}),
            (archive, {"key": KEY + b"!"}),
            (archive, {}),
            (archive, {"key": KEY, "keep": ["id"]}),
            (archive, {"key": KEY, "identify": True}),
            (archive, {"key": KEY, "trust": honnin.Trust.production()}),
        ]
        for source, options in others:
            with pytest.raises(honnin.errors.BadState, match="begins anew"):
                batch.verify_parquet(source, target, **{**shop.options, **options})
        batch.verify_parquet(archive, target, restart=True, **shop.options)

    def test_what_is_finished_is_not_replaced_by_itself(self, shop: Shop, archive: Path) -> None:
        target = archive.with_name("findings.parquet")
        batch.verify_parquet(archive, target, **shop.options)
        before = target.read_bytes()
        with pytest.raises(honnin.errors.InvalidArgument, match="there already"):
            batch.verify_parquet(archive, target, **shop.options)
        with pytest.raises(honnin.errors.InvalidArgument, match="itself"):
            batch.verify_parquet(archive, archive, restart=True, **shop.options)
        batch.verify_parquet(archive, target, restart=True, **shop.options)
        assert target.read_bytes() == before

    def test_an_archive_that_was_written_again_is_another(self, shop: Shop, archive: Path) -> None:
        target = archive.with_name("findings.parquet")
        self._break(archive, target, **shop.options)
        os.utime(archive, (1, 1))
        with pytest.raises(honnin.errors.BadState, match="another archive"):
            batch.verify_parquet(archive, target, **shop.options)
        batch.verify_parquet(archive, target, restart=True, **shop.options)

    def test_wrong_use_leaves_nothing_behind(self, shop: Shop, archive: Path) -> None:
        target = archive.with_name("findings.parquet")
        for options in ({"keep": ["no such column"]}, {"cms": "id"}, {"key": b"short"}):
            with pytest.raises((ValueError, TypeError)):
                batch.verify_parquet(archive, target, **shop.options, **options)
        assert [file.name for file in archive.parent.iterdir()] == [archive.name]

    def test_files_of_others_are_left_alone(self, shop: Shop, archive: Path) -> None:
        target = archive.with_name("findings.parquet")
        folder = archive.with_name("findings.parquet.parts")
        (folder / "drafts").mkdir(parents=True)
        (folder / "notes.txt").write_text("mine")
        batch.verify_parquet(archive, target, **shop.options)
        batch.verify_parquet(archive, target, restart=True, **shop.options)
        assert sorted(file.name for file in folder.iterdir()) == ["drafts", "notes.txt"]
        (folder / "notes.txt").unlink()
        (folder / "drafts").rmdir()
        folder.rmdir()

    def test_two_at_once_are_one_too_many(self, shop: Shop, archive: Path) -> None:
        from honnin import _parquet

        target = archive.with_name("findings.parquet")
        with _parquet.Job(archive, target, shop.options, restart=False) as job:
            with pytest.raises(honnin.errors.BadState, match="another process"):
                batch.verify_parquet(archive, target, **shop.options)
            job.run(1, None)

    def test_no_rows_are_a_file_of_no_rows(self, shop: Shop, tmp_path: Path) -> None:
        source, target = tmp_path / "empty.parquet", tmp_path / "found.parquet"
        pq.write_table(shop.table().slice(0, 0), source)
        assert batch.verify_parquet(source, target, keep=["id"], **shop.options) == []
        assert pq.read_table(target).num_rows == 0

    @staticmethod
    def _break(archive: Path, target: Path, **options: Any) -> None:
        def stop(done: int, _total: int) -> None:
            if done > 200:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            batch.verify_parquet(archive, target, progress=stop, **options)
        assert not target.exists()


class TestCommand:
    def run(self, *arguments: str | Path, **environment: str) -> tuple[int, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "honnin", "--json", "verify", "batch", *map(str, arguments)],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, json.loads(done.stdout)

    def test_the_command_verifies_an_archive(self, shop: Shop, archive: Path) -> None:
        anchor, target = archive.with_name("ca.pem"), archive.with_name("findings.parquet")
        anchor.write_text(shop.anchor.pem)
        options: list[str | Path] = ["--anchors", "added", "--anchor", anchor, "--waive", "test_card", "--waive", "revocation"]
        code, answer = self.run(
            archive, target, *options, "--at", "2026-11-01T00:00:00Z", "--keep", "id", "--key-env", "K", K=KEY.decode()
        )
        assert code == 0
        assert (answer["result"], answer["rows"], answer["results"]["OK"]) == ("OK", 400, 80)
        ours = {**shop.options, "trust": honnin.Trust.added().with_anchors([shop.anchor])}
        whole = batch.verify(pq.read_table(archive), keep=["id"], key=KEY, **ours)
        assert pq.read_table(target).combine_chunks().equals(whole)

    def test_somebody_who_looks_is_shown_how_far_it_is(self, shop: Shop, tmp_path: Path) -> None:
        source, target = tmp_path / "archive.parquet", tmp_path / "findings.parquet"
        pq.write_table(pa.concat_tables([shop.table()] * 500), source)
        command = [sys.executable, "-m", "honnin", "verify", "batch", str(source), str(target), "--lang", "en"]
        terminal = Terminal(command, {**os.environ, "TERM": "xterm"})
        # To its end: a terminal that goes away interrupts it.
        shown = terminal.read(lambda _: False, 60)
        assert terminal.close() == 0
        assert re.search(r"\d+% [\d,]+ of 10,000 rows, [\d,]+ a second, 00:\d\d:\d\d left", shown), shown
        assert re.search(r"Rows +10000", shown), shown

    def test_wrong_use_is_explained(self, tmp_path: Path) -> None:
        target = tmp_path / "out.parquet"
        code, answer = self.run(tmp_path / "missing.parquet", target)
        assert (code, answer["result"]) == (10, "IO_ERROR")
        assert "missing.parquet" in answer["detail"]
        code, answer = self.run(tmp_path, target)
        assert (code, answer["result"]) == (10, "INVALID_ARGUMENT")
        assert "is a folder" in answer["detail"]
        text = tmp_path / "text"
        text.write_text("no Parquet")
        code, answer = self.run(text, target)
        assert (code, answer["result"]) == (10, "INVALID_ARGUMENT")
        code, answer = self.run(text, target, "--key-env", "NOT_SET_ANYWHERE")
        assert code == 10
        assert "NOT_SET_ANYWHERE" in answer["detail"]

    def test_without_pyarrow_it_says_what_to_install(
        self, tmp_path: Path, python: Callable[..., subprocess.CompletedProcess[str]]
    ) -> None:
        done = python(
            "import sys; sys.modules['pyarrow'] = None\n"
            "from honnin._honnin import run_command\n"
            f"print(run_command(['honnin', '--json', 'verify', 'batch', 'a', {str(tmp_path / 'b')!r}]))"
        )
        answer, code = done.stdout.splitlines()
        assert json.loads(answer)["result"] == "NOT_SUPPORTED"
        assert "pip install 'honnin[batch]'" in json.loads(answer)["detail"]
        assert code != "0"
