#!/usr/bin/env python3
"""Makes an archive of signatures by virtual cards, to try bulk verification on, and the certificates to trust beside it.

Usage: archive.py ROWS ARCHIVE.parquet [DISTINCT]

Twenty-five persons signed DISTINCT different orders (20000 at most, as many as ROWS unless said), and the rows repeat them.
Seven of ten have the order inside, the others beside, as content or as its digest. One row in fifty is bad: null, junk, cut
off, or about another order. ARCHIVE.pem has the CAs. Runs in a Python with honnin and pyarrow.
"""

from __future__ import annotations

import hashlib
import sys
from multiprocessing import Pool
from pathlib import Path

import honnin
import pyarrow
import pyarrow.parquet

PERSONS = 25
GROUP = 8192
SCHEMA = pyarrow.schema([("id", "int64"), ("cms", "binary"), ("content", "binary"), ("digest", "binary")])

Row = tuple[bytes | None, bytes | None, bytes | None]


def order(number: int) -> bytes:
    return f'{{"order": {number}, "item": "T-shirt", "price": 2000}}'.encode()


def signed(person: int, distinct: int) -> tuple[str, list[tuple[int, Row]]]:
    """The CA of a person's card, and what the person signed."""
    rows: list[tuple[int, Row]] = []
    with honnin.VirtualCard({"name": f"番号　{chr(0x4E00 + person)}子"}) as virtual:
        card = None
        for number in range(person, distinct, PERSONS):
            if card is None:
                card = honnin.open_card(virtual, 5)
                card.verify_pin("signing", "ABC123")
            kind = number % 10
            detached = kind >= 7
            cms = card.sign_cms(order(number), detached=detached)
            content = order(number) if kind in (7, 8) else None
            digest = hashlib.sha256(order(number)).digest() if kind == 9 else None
            rows.append((number, (cms, content, digest)))
        if card is not None:
            card.close()
        return virtual.ca().pem, rows


def spoilt(row: Row, number: int) -> Row:
    """One in fifty, in ways that take turns."""
    cms, content, digest = row
    if number % 50 != 49 or cms is None:
        return row
    return [
        (None, content, digest),
        (b"junk", content, digest),
        (cms[: len(cms) // 2], content, digest),
        (cms, b"another order", None),
        (b"\x30\x84\xff\xff\xff\xff" + cms, content, digest),
        (cms, content, b"\0" * 31),
    ][number // 50 % 6]


def main(rows: int, path: Path, distinct: int) -> None:
    with Pool() as pool:
        made = pool.starmap(signed, [(person, distinct) for person in range(PERSONS)])
    path.with_suffix(".pem").write_text("".join(dict.fromkeys(pem for pem, _ in made)))
    every = dict(pair for _, some in made for pair in some)
    with pyarrow.parquet.ParquetWriter(path, SCHEMA, compression="zstd") as writer:
        for start in range(0, rows, GROUP):
            numbers = range(start, min(start + GROUP, rows))
            columns = zip(*(spoilt(every[number % distinct], number) for number in numbers), strict=True)
            arrays = [pyarrow.array(column, pyarrow.binary()) for column in columns]
            writer.write_table(pyarrow.table([pyarrow.array(numbers, pyarrow.int64()), *arrays], schema=SCHEMA))
    print(f"{path}: {rows} rows of {distinct} orders, {path.stat().st_size} bytes")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    count = int(sys.argv[1])
    main(count, Path(sys.argv[2]), min(int(sys.argv[3]) if len(sys.argv) == 4 else count, 20_000, count))
