"""Archives: columns of CMS or certificates in, columns of findings out. Arrow on both sides, so that pyarrow, pandas, Polars,
DuckDB and PySpark all do. Needs pyarrow: pip install 'honnin[batch]'.

    table = honnin.batch.verify(pyarrow.parquet.read_table("archive.parquet"), trust=trust, key=secret)
    counts = honnin.batch.verify_parquet("archive.parquet", "findings.parquet", trust=trust, keep=["id"])

    check = honnin.batch.Verifier(trust=trust, key=secret, keep=["id"])          # PySpark
    spark.read.parquet("archive").mapInArrow(check, "id bigint, " + check.ddl)

In: `cms` (binary; DER or PEM) and, where the content is outside, `content` or `digest` (SHA-256, SHA-384 or SHA-512, by
its length); or `certificate`. A null is no content. Other names: `cms=`, `content=`, `digest=`, `certificate=`.

Out, a row for each row and in its order: the columns of `keep`, then `result` and `code` (the worst finding), `findings`
(subject, result, code, state, signer) and `signers` (certificate, holder). Nothing that identifies a person is among them:
`certificate` and `holder` are HMAC-SHA-256 under `key`, over the certificate and over the four attributes, and null without a
key. The same person under another key is another hash. `identify=True` adds fingerprint, name, address, birth_date, sex.

A row that cannot be read is a row with a result that says so. Every row is asked about the same moment.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timezone
from importlib import import_module
from pathlib import Path
from typing import Any

from honnin import _honnin
from honnin._honnin import Trust
from honnin._tables import Profile, Purpose, ResultCode, State, Subject

__all__ = ["Verifier", "verify", "verify_parquet"]


def _needed(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise ImportError("honnin.batch needs pyarrow: pip install 'honnin[batch]'") from error


_pa = _needed("pyarrow")
_pc = _needed("pyarrow.compute")

#: A thread takes so many rows, or so many bytes, at a time.
_ROWS = 512
_BYTES = 16 << 20

_FINDING = [
    ("subject", _pa.string()),
    ("result", _pa.string()),
    ("code", _pa.int32()),
    ("state", _pa.string()),
    ("signer", _pa.int32()),
]
_HASHES = [("certificate", _pa.string()), ("holder", _pa.string())]
_PERSON = [(name, _pa.string()) for name in ("fingerprint", "name", "address", "birth_date", "sex")]


def _names(members: Iterable[Any], name: Callable[[Any], str]) -> Any:
    """The names by their numbers, for a column of numbers."""
    by_number = {int(member.value): name(member) for member in members}
    return _pa.array([by_number.get(number) for number in range(max(by_number) + 1)], _pa.string())


_CODES = _names(ResultCode, lambda code: str(code.name))
_SUBJECTS = _names(Subject, lambda subject: str(subject.name))
_STATES = _names(State, lambda state: str(state.name).lower())


class Verifier:
    """Verifies rows. Called with an iterator of record batches it gives one of record batches: what `mapInArrow` wants. It can
    be pickled, with its trust, its moment and its key. Options as of `honnin.verify_cms`; `at` is now unless said.
    """

    def __init__(
        self,
        *,
        cms: str = "cms",
        content: str = "content",
        digest: str = "digest",
        certificate: str = "certificate",
        keep: Sequence[str] = (),
        key: bytes | None = None,
        identify: bool = False,
        at: datetime | None = None,
        trust: Trust | None = None,
        purpose: Purpose | str | None = None,
        waive: Iterable[Subject | str] = (),
        profile: Profile | str = "jpki",
        nonce: bytes | None = None,
        policies: Iterable[str] = (),
        clock_skew: int = 0,
        max_age: int | None = None,
        max_depth: int | None = None,
    ) -> None:
        if isinstance(keep, str):
            raise TypeError("keep is a sequence of names, not one name")
        clash = set(keep) & {"result", "code", "findings", "signers"}
        if clash or len(set(keep)) != len(keep):
            raise ValueError(f"columns that cannot be kept: {', '.join(sorted(clash or keep))}")
        self._columns = {"cms": cms, "content": content, "digest": digest, "certificate": certificate}
        self._keep = tuple(keep)
        self._options: dict[str, Any] = {
            "trust": trust,
            "purpose": purpose,
            "waive": list(waive),
            "profile": profile,
            "nonce": nonce,
            "policies": list(policies),
            "clock_skew": clock_skew,
            "max_age": max_age,
            "max_depth": max_depth,
            "key": key,
            "identify": identify,
            "at": at,
        }
        self._rows = _honnin.Rows(**self._options)
        self._options["at"] = self.at

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, ({**self._columns, "keep": self._keep, **self._options},)

    def __repr__(self) -> str:
        return f"<honnin.batch.Verifier at {self.at:%Y-%m-%dT%H:%M:%SZ}>"

    @property
    def at(self) -> datetime:
        """The moment that every row is asked about."""
        return datetime.fromtimestamp(self._rows.moment, timezone.utc)

    @property
    def fingerprint(self) -> str:
        """The same for two verifiers that say the same about every row."""
        about = repr((sorted(self._columns.items()), self._keep)).encode()
        return self._rows.fingerprint().hex() + about.hex()

    def schema(self, source: Any) -> Any:
        """The Arrow schema of what comes out for that of what goes in."""
        self._wanted(source)
        signer = _pa.struct([*_HASHES, *(_PERSON if self._options["identify"] else ())])
        return _pa.schema(
            [
                *(source.field(name) for name in self._keep),
                ("result", _pa.string()),
                ("code", _pa.int32()),
                ("findings", _pa.list_(_pa.struct(_FINDING))),
                ("signers", _pa.list_(signer)),
            ]
        )

    @property
    def ddl(self) -> str:
        """The columns after those of `keep`, as Spark SQL writes a schema."""
        people = "".join(f", {name}: string" for name, _ in _PERSON) if self._options["identify"] else ""
        return (
            "result string, code int, "
            "findings array<struct<subject: string, result: string, code: int, state: string, signer: int>>, "
            f"signers array<struct<certificate: string, holder: string{people}>>"
        )

    def columns(self, source: Any) -> list[str]:
        """The names of the columns that are read of an archive with that schema."""
        wanted = self._wanted(source)
        return list(dict.fromkeys([*self._keep, *wanted]))

    def __call__(self, batches: Iterable[Any], *, threads: int = 1) -> Iterator[Any]:
        """Record batches in, record batches out, in their order; a batch may come out in pieces."""
        pieces = (piece for batch in batches for piece in _pieces(batch))
        return _in_order(self._judge, pieces, threads)

    def verify(self, data: Any, *, threads: int | None = None) -> Any:
        """A pyarrow Table for anything that speaks Arrow. `threads` is as many as there are processors unless said."""
        table = _table(data)
        schema = self.schema(table.schema)
        found = self(table.to_batches(), threads=threads or processors())
        return _pa.Table.from_batches(found, schema).combine_chunks()

    def _wanted(self, source: Any) -> list[str]:
        """The columns that are judged; raises if they cannot be."""
        for name in self._keep:
            if name not in source.names:
                raise ValueError(f"there is no column {name!r} to be kept")
        names = self._columns
        if names["cms"] in source.names:
            wanted = [name for name in (names["cms"], names["content"], names["digest"]) if name in source.names]
        elif names["certificate"] in source.names:
            wanted = [names["certificate"]]
        else:
            raise ValueError(f"there is neither a column {names['cms']!r} nor a column {names['certificate']!r}")
        for name in wanted:
            kind = source.field(name).type
            if not _is_bytes(kind):
                raise TypeError(f"column {name!r} is {kind}, not binary")
        return wanted

    def _judge(self, batch: Any) -> Any:
        """One small record batch."""
        schema = self.schema(batch.schema)
        names, present = self._columns, batch.schema.names

        def column(name: str) -> list[bytes | None] | None:
            if name not in present:
                return None
            values = batch.column(present.index(name))
            if _pa.types.is_null(values.type):
                return [None] * len(values)
            return list(values.cast(_pa.large_binary()).to_pylist())

        cms = column(names["cms"])
        if cms is not None:
            answer = self._rows.cms(cms, column(names["content"]), column(names["digest"]))
        else:
            answer = self._rows.certificates(column(names["certificate"]) or [])
        numbers, certificates, holders, people = answer
        codes, finding_ends, subjects, finding_codes, states, finding_signers, signer_ends = map(_int32, numbers)
        none = _pa.scalar(None, _pa.int32())
        findings = _pa.StructArray.from_arrays(
            [
                _SUBJECTS.take(subjects),
                _CODES.take(finding_codes),
                finding_codes,
                _STATES.take(states),
                _pc.if_else(_pc.less(finding_signers, 0), none, finding_signers),
            ],
            fields=[_pa.field(*field) for field in _FINDING],
        )
        signers = [_pa.array(certificates, _pa.string()), _pa.array(holders, _pa.string())]
        fields = list(_HASHES)
        if self._options["identify"]:
            fields += _PERSON
            for index in range(len(_PERSON)):
                signers.append(_pa.array([one and one[index] for one in people], _pa.string()))
        about = _pa.StructArray.from_arrays(signers, fields=[_pa.field(*field) for field in fields])
        return _pa.RecordBatch.from_arrays(
            [
                *(batch.column(present.index(name)) for name in self._keep),
                _CODES.take(codes),
                codes,
                _pa.ListArray.from_arrays(finding_ends, findings),
                _pa.ListArray.from_arrays(signer_ends, about),
            ],
            schema=schema,
        )


def verify(data: Any, *, threads: int | None = None, **options: Any) -> Any:
    """A pyarrow Table of findings for a Table, RecordBatch, DataFrame (pandas, Polars) or relation (DuckDB). The other options
    are those of Verifier.
    """
    return Verifier(**options).verify(data, threads=threads)


def verify_parquet(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    threads: int | None = None,
    restart: bool = False,
    progress: Callable[[int, int], object] | None = None,
    **options: Any,
) -> list[tuple[str, int]]:
    """Verifies a Parquet file into another, in constant memory. Answers how many rows had which result.

    What is done lies in `target.parts` until all is: after a crash the same call goes on from there, about the same moment,
    and writes the same bytes. It refuses to go on with another archive or other options (BAD_STATE), and to replace a
    `target` that it finished before (INVALID_ARGUMENT), unless `restart`. `progress` is called with rows done and all
    rows; what it raises ends the work. The other options are those of Verifier.
    """
    from honnin._parquet import Job

    with Job(Path(source), Path(target), options, restart=restart) as job:
        return job.run(threads or processors(), progress)


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _restore(options: dict[str, Any]) -> Verifier:
    return Verifier(**options)


def _table(data: Any) -> Any:
    if isinstance(data, _pa.Table):
        return data
    if isinstance(data, _pa.RecordBatch):
        return _pa.Table.from_batches([data])
    if type(data).__module__.split(".")[0] == "pandas":
        return _pa.Table.from_pandas(data, preserve_index=False)
    if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        return _pa.table(data)
    if hasattr(data, "fetch_arrow_table"):
        return data.fetch_arrow_table()
    raise TypeError(f"{type(data).__name__} does not speak Arrow")


def _is_bytes(kind: Any) -> bool:
    types = _pa.types
    tests = ("is_binary", "is_large_binary", "is_fixed_size_binary", "is_binary_view", "is_null")
    texts = ("is_string", "is_large_string", "is_string_view")
    return any(getattr(types, test, lambda _: False)(kind) for test in tests + texts)


def _pieces(batch: Any) -> Iterator[Any]:
    """Parts of a batch that are not too large for one thread."""
    if batch.num_rows > _ROWS:
        for start in range(0, batch.num_rows, _ROWS):
            yield from _pieces(batch.slice(start, _ROWS))
    elif batch.num_rows > 1 and batch.nbytes > _BYTES:
        half = batch.num_rows // 2
        yield from _pieces(batch.slice(0, half))
        yield from _pieces(batch.slice(half))
    else:
        yield batch


def _in_order(work: Callable[[Any], Any], items: Iterable[Any], threads: int) -> Iterator[Any]:
    """As map, by that many threads, and never far ahead of whoever takes."""
    if threads <= 1:
        yield from map(work, items)
        return
    waiting: deque[Future[Any]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="honnin") as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) >= 2 * threads + 1:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _int32(data: bytes) -> Any:
    return _pa.Array.from_buffers(_pa.int32(), len(data) // 4, [None, _pa.py_buffer(data)])
