"""A Parquet file verified into another, so that it can be killed at any moment and go on."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from honnin import __version__, errors
from honnin._tables import ResultCode
from honnin.batch import Verifier

_pa: Any = import_module("pyarrow")
_ipc: Any = import_module("pyarrow.ipc")
_pq: Any = import_module("pyarrow.parquet")

#: The rows of one part, of which at most one is lost, and of one row group of the output.
PART = 8192
#: So many rows are read at a time, or as many as have about so many bytes.
READ, READ_BYTES = 1024, 4 << 20
#: A column is read in pieces of so many bytes, not whole and not ahead, however large a row group is.
READING = {"buffer_size": 1 << 20, "pre_buffer": False}


class Job:
    """The parts of a job in `TARGET.parts`: `job.json` says what of, `part-N.arrow` are the findings of PART rows, and the
    file `lock` keeps a second one out. Each file appears whole or not at all.
    """

    def __init__(self, source: Path, target: Path, options: dict[str, Any], *, restart: bool) -> None:
        self._target = target
        self._parts = target.with_name(target.name + ".parts")
        if source.is_dir():
            raise _error("INVALID_ARGUMENT", f"{source} is a folder; an archive is one Parquet file, so name each by itself")
        if target.exists() and target.samefile(source):
            raise _error("INVALID_ARGUMENT", f"{target} is the archive itself")
        self._source = _pq.ParquetFile(source, **READING)
        self._rows: int = self._source.metadata.num_rows
        if target.exists() and not restart and not (self._parts / "job.json").exists():
            raise _error("INVALID_ARGUMENT", f"{target} is there already; restart=True (--restart) replaces it")
        # Before anything is written: whether the options and the archive's columns will do.
        Verifier(**options).schema(self._source.schema_arrow)
        self._parts.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(self._parts / "lock")
        archive = _fingerprint(source, self._source)
        known = None if restart else self._known()
        if known is None:
            self._clear()
        #: Only what lies in the folder is left to be removed: a kill came between the last byte and the end.
        self._finished = known is not None and known.pop("finished", False) and target.exists()
        if known is not None and options.get("at") is None:
            options = {**options, "at": datetime.fromtimestamp(known["at"], timezone.utc)}
        self._verifier = Verifier(**options)
        self._schema = self._verifier.schema(self._source.schema_arrow)
        about = {
            "honnin": __version__,
            "archive": archive,
            "at": int(self._verifier.at.timestamp()),
            "options": self._verifier.fingerprint,
            "part": PART,
        }
        if known is None:
            self._note(about)
        elif known != about:
            self._lock.close()
            raise _error(
                "BAD_STATE",
                f"{self._parts} belongs to another archive, other options or another version of honnin; "
                "restart=True (--restart) begins anew",
            )
        self._about = about

    def __enter__(self) -> Job:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._source.close()
        self._lock.close()

    def run(self, threads: int, progress: Callable[[int, int], object] | None) -> list[tuple[str, int]]:
        """Makes the parts that are missing, and the target of all of them."""
        told = progress or (lambda _done, _all: None)
        if not self._finished:
            total = -(-self._rows // PART)
            self._make(total, threads, told)
            self._join(total)
            self._note({**self._about, "finished": True})
        counts = self._counts()
        self._clear()
        self._lock.close()
        try:
            (self._parts / "lock").unlink()
            self._parts.rmdir()
        except OSError:
            pass  # Somebody else's file lies there, or another process has just begun.
        told(self._rows, self._rows)
        return counts

    def _make(self, total: int, threads: int, told: Callable[[int, int], object]) -> None:
        number = 0
        while number < total and self._part(number).exists():
            number += 1
        told(min(number * PART, self._rows), self._rows)
        waiting: list[Any] = []
        # What is verified so far, with what lies in `waiting`.
        done = number * PART
        if number == total:
            return
        for found in self._verifier(self._from(number * PART), threads=threads):
            waiting.append(found)
            done += found.num_rows
            while done - number * PART >= PART or (done == self._rows and number < total):
                table = _pa.Table.from_batches(waiting, self._schema)
                self._save(table.slice(0, PART), number)
                waiting = table.slice(PART).to_batches()
                number += 1
            told(done, self._rows)

    def _known(self) -> dict[str, Any] | None:
        try:
            known: dict[str, Any] = json.loads((self._parts / "job.json").read_bytes())
        except FileNotFoundError:
            return None
        return known

    def _note(self, about: dict[str, Any]) -> None:
        self._write(self._parts / "job.json", lambda file: file.write(json.dumps(about).encode()))

    def _clear(self) -> None:
        """Removes our files and nobody else's; last the one that says what the others are of."""
        for name in ("unfinished", "part-*.arrow", "job.json"):
            for file in self._parts.glob(name):
                file.unlink()

    def _part(self, number: int) -> Path:
        return self._parts / f"part-{number:06}.arrow"

    def _from(self, row: int) -> Iterator[Any]:
        """The rows of the archive from that one on."""
        group, skip = 0, row
        while group < self._source.num_row_groups:
            rows = self._source.metadata.row_group(group).num_rows
            if skip < rows:
                break
            skip -= rows
            group += 1
        columns = self._verifier.columns(self._source.schema_arrow)
        # One row group after the other: whoever reads them all may fetch them all ahead.
        for number in range(group, self._source.num_row_groups):
            about = self._source.metadata.row_group(number)
            rows = max(1, min(READ, READ_BYTES * about.num_rows // max(1, about.total_byte_size)))
            for batch in self._source.iter_batches(rows, row_groups=[number], columns=columns, use_threads=False):
                if skip >= batch.num_rows:
                    skip -= batch.num_rows
                else:
                    yield batch.slice(skip)
                    skip = 0

    def _save(self, table: Any, number: int) -> None:
        def write(file: BinaryIO) -> None:
            # Arrow as it lies in memory: a part is encoded once, when the target is made.
            with _ipc.new_file(file, self._schema) as writer:
                writer.write_table(table.combine_chunks())

        self._write(self._part(number), write)

    def _join(self, total: int) -> None:
        def write(file: BinaryIO) -> None:
            with _pq.ParquetWriter(file, self._schema, compression="zstd") as writer:
                for number in range(total):
                    with _ipc.open_file(self._part(number)) as part:
                        writer.write_table(part.read_all(), row_group_size=PART)

        self._write(self._target, write)

    def _counts(self) -> list[tuple[str, int]]:
        """How many rows had which result, the most frequent first."""
        counts: Counter[str] = Counter()
        with _pq.ParquetFile(self._target, **READING) as found:
            for batch in found.iter_batches(columns=["result"], use_threads=False):
                for value in batch.column(0).value_counts():
                    counts[value["values"].as_py()] += value["counts"].as_py()
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))

    def _write(self, path: Path, write: Callable[[BinaryIO], object]) -> None:
        """A file that is there whole or not at all."""
        unfinished = self._parts / "unfinished"
        with unfinished.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)


def _fingerprint(source: Path, file: Any) -> str:
    """What tells one archive from another: its size, when it was written, and its footer with the statistics of columns."""
    about = source.stat()
    size = about.st_size
    with source.open("rb") as raw:
        raw.seek(max(0, size - 8 - int(file.metadata.serialized_size)))
        footer = raw.read()
    return f"{size} {about.st_mtime_ns} {hashlib.sha256(footer).hexdigest()}"


def _locked(path: Path) -> BinaryIO:
    """The file, held by this process alone as long as it is open."""
    file = path.open("wb")
    try:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        import msvcrt  # Windows has no fcntl

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            file.close()
            raise _error("BAD_STATE", f"another process works on {path.parent}") from None
    except OSError:
        file.close()
        raise _error("BAD_STATE", f"another process works on {path.parent}") from None
    return file


def _error(code: str, text: str) -> errors.HonninError:
    return errors.BY_CODE[ResultCode[code]](detail=text, operation="verify_batch")
