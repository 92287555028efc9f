#!/usr/bin/env python3
"""Verifies a large archive as people would: whole, killed three times at random, by Spark, and beside others.

Usage: test-batch.py ROWS FOLDER [--c PROGRAM] [--spark] [--bench]

Runs in a Python with honnin[batch], for --spark with pyspark and for --bench with pyhanko. PROGRAM is tests/c/verify_rate.c.
Fails if outputs differ, if more than 400 MB are needed, and with --bench if a budget is overrun.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import multiprocessing
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import honnin
import pyarrow
import pyarrow.compute
import pyarrow.dataset
import pyarrow.parquet

ROOT = Path(__file__).resolve().parent.parent
HONNIN = Path(sys.executable).with_name("honnin")
AT = "2026-11-01T12:00:00Z"
KEY = "the secret of a test"
MOST_MEMORY = 400 << 20
#: Of the speed of the C function on one thread; of one thread on two.
BESIDE_C, SCALING = 0.75, 1.8
#: Enough that what a run begins and ends with, some hundredths of a second, does not count as rows.
TIMED = 60_000


def say(text: str) -> None:
    print(f"   {text}", flush=True)


def command(archive: Path, target: Path, *more: str) -> list[str]:
    trust = ["--anchors", "added", "--anchor", str(archive.with_suffix(".pem"))]
    waived = ["--waive", "test_card", "--waive", "revocation"]
    shown = ["--at", AT, "--keep", "id", "--key-env", "HONNIN_KEY", "--lang", "en"]
    return [str(HONNIN), "verify", "batch", str(archive), str(target), *trust, *waived, *shown, *more]


def run(archive: Path, target: Path, *more: str) -> tuple[float, int]:
    """Seconds, and bytes of memory at the most."""
    begun = time.perf_counter()
    child = subprocess.Popen(command(archive, target, *more), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"test-batch: exit code {child.returncode}")
    return time.perf_counter() - begun, usage.ru_maxrss * 1024


def run_killed(archive: Path, target: Path) -> None:
    """Killed three times, each time some way after so many parts as chance says."""
    parts = -(-pyarrow.parquet.ParquetFile(archive).metadata.num_rows // 8192)
    for wanted in sorted(random.sample(range(parts), 3)):
        done = killed(archive, target, wanted)
        while done is None:
            # It was faster than chance: once more, from the beginning.
            target.unlink()
            done = killed(archive, target, wanted)
        say(f"killed with {done} of {parts} parts done")
    run(archive, target)


def killed(archive: Path, target: Path, wanted: int) -> int | None:
    """Kills it after so many parts and a moment. How many were done; None if all was done, and nothing left to go on with."""
    made = Path(f"{target}.parts")
    child = subprocess.Popen(command(archive, target), stdout=subprocess.DEVNULL)
    while len(list(made.glob("part-*"))) < wanted and child.poll() is None:
        time.sleep(0.01)
    time.sleep(random.uniform(0, 0.2))
    child.send_signal(signal.SIGKILL)
    if child.wait() not in (0, -signal.SIGKILL):
        sys.exit(f"test-batch: exit code {child.returncode}")
    if target.exists() and not made.exists():
        return None
    return len(list(made.glob("part-*")))


#: Long orders: so many, of so many bytes.
LARGE = 16_000, 30_000


def write_large(path: Path) -> None:
    """An archive of them, in one row group."""
    rows, size = LARGE
    order = os.urandom(size)
    with honnin.VirtualCard() as virtual, honnin.open_card(virtual, 5) as card:
        card.verify_pin("signing", "ABC123")
        signed = card.sign_cms(order, detached=True)
        path.with_suffix(".pem").write_text(virtual.ca().pem)
    table = pyarrow.table({"id": range(rows), "cms": [signed] * rows, "content": [order] * rows})
    pyarrow.parquet.write_table(table, path, compression="none", use_dictionary=False)


def large(folder: Path) -> None:
    """Half a gigabyte of long orders takes no more memory than short ones may."""
    path, target = folder / "large.parquet", folder / "large-findings.parquet"
    # By another process: a child counts as its own what its parent has when it begins.
    with multiprocessing.Pool(1) as pool:
        pool.apply(write_large, (path,))
    _, memory = run(path, target)
    say(f"{LARGE[0]} rows of {LARGE[1]} bytes in one row group: at most {memory >> 20} MB of memory")
    if memory > MOST_MEMORY:
        sys.exit("test-batch: too much memory for long orders")
    if set(pyarrow.parquet.read_table(target, columns=["result"]).column("result").to_pylist()) != {"OK"}:
        sys.exit("test-batch: long orders are not verified")
    path.unlink()


def digest(path: Path) -> str:
    made = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            made.update(piece)
    return made.hexdigest()


def spark(archive: Path, target: Path, folder: Path) -> None:
    """The same archive in four files, by two workers; stopped after the first file, and submitted again."""
    pieces = folder / "pieces"
    source = pyarrow.parquet.ParquetFile(archive)
    share = -(-source.num_row_groups // 4)
    for number in range(4):
        groups = range(number * share, min((number + 1) * share, source.num_row_groups))
        # As archives lie about: a folder a year, with the same names in each.
        piece = pieces / f"year={2023 + number // 2}" / f"part #{number % 2}.parquet"
        piece.parent.mkdir(parents=True, exist_ok=True)
        with pyarrow.parquet.ParquetWriter(piece, source.schema_arrow) as writer:
            for group in groups:
                writer.write_table(source.read_row_group(group))
    found = folder / "spark"
    job = [sys.executable, str(ROOT / "sdk-python/examples/spark_verify.py"), str(pieces), str(found)]
    job += ["--at", AT, "--anchor", str(archive.with_suffix(".pem")), "--keep", "id", "--keep", "year"]
    job += ["--waive", "test_card", "--waive", "revocation"]
    environment = {
        **os.environ,
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_SUBMIT_ARGS": "--master local[2] --conf spark.ui.enabled=false "
        "--conf spark.driver.bindAddress=127.0.0.1 --conf spark.driver.host=127.0.0.1 pyspark-shell",
    }
    begun = time.perf_counter()
    first = subprocess.Popen(job, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert first.stdout is not None
    for line in first.stdout:
        if line.startswith("1 of 4"):
            os.killpg(first.pid, signal.SIGKILL)
            break
    first.wait()
    done = subprocess.run(job, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    seconds = time.perf_counter() - begun
    first_again, last = "1 of 4: year=2023/part #0.parquet was done before", "4 of 4: year=2024/part #1.parquet\n"
    if first_again not in done.stdout or last not in done.stdout:
        sys.exit(f"test-batch: the job did not go on: {done.stdout}")
    other = subprocess.run([*job, "--waive", "timestamp"], env=environment, capture_output=True, text=True, check=False)
    if other.returncode == 0 or "has findings of other options" not in other.stderr:
        sys.exit(f"test-batch: findings of two kinds were mixed: {other.stdout}")
    ours = pyarrow.parquet.read_table(target)
    theirs = pyarrow.dataset.dataset(found, format="parquet").to_table(columns=ours.column_names)
    years = pyarrow.dataset.dataset(found, format="parquet").to_table(columns=["year"]).column("year")
    if set(years.to_pylist()) != {2023, 2024}:
        sys.exit("test-batch: the column of the folders was not kept")
    if not theirs.sort_by("id").cast(ours.schema).combine_chunks().equals(ours.combine_chunks()):
        sys.exit("test-batch: Spark has other rows")
    say(f"PySpark local[2], killed once: the same {ours.num_rows} rows, {seconds:.0f} s with both starts")


def good_rows(archive: Path, folder: Path) -> Path:
    """The rows of an archive that have their order inside, up to as many as are timed."""
    rows = pyarrow.parquet.ParquetFile(archive).iter_batches(TIMED * 2)
    table = pyarrow.Table.from_batches([next(rows)])
    inside = pyarrow.compute.less(pyarrow.array([row % 10 for row in table.column("id").to_pylist()]), 7)
    unspoilt = pyarrow.compute.not_equal(pyarrow.array([row % 50 for row in table.column("id").to_pylist()]), 49)
    table = table.filter(pyarrow.compute.and_(inside, unspoilt)).slice(0, TIMED)
    path = folder / "good.parquet"
    pyarrow.parquet.write_table(table, path, row_group_size=4096)
    shutil.copy(archive.with_suffix(".pem"), path.with_suffix(".pem"))
    return path


def bench(archive: Path, folder: Path, program: str) -> bool:
    """Rates over the same rows, taken in turn; the best of each counts."""
    path = good_rows(archive, folder)
    every = pyarrow.parquet.read_table(path).column("cms").to_pylist()
    packed = folder / "good.bin"
    packed.write_bytes(b"".join(struct.pack("<I", len(cms)) + cms for cms in every))

    def c() -> float:
        said = subprocess.run([program, path.with_suffix(".pem"), packed], capture_output=True, text=True, check=True)
        return float(said.stdout)

    def ours(threads: int) -> float:
        # Less the start, which is not of the rows.
        nothing = folder / "nothing.parquet"
        pyarrow.parquet.write_table(pyarrow.parquet.read_table(path).slice(0, 0), nothing)
        shutil.copy(path.with_suffix(".pem"), nothing.with_suffix(".pem"))
        start, _ = run(nothing, folder / "n.parquet", "--restart", "--threads", str(threads))
        seconds, _ = run(path, folder / "t.parquet", "--restart", "--threads", str(threads))
        return len(every) / (seconds - start)

    rates: dict[str, list[float]] = {"c": [], "one": [], "two": []}
    for _ in range(5):
        rates["c"].append(c())
        rates["one"].append(ours(1))
        rates["two"].append(ours(2))
    best = {name: max(values) for name, values in rates.items()}
    slow = asyncio.run(pyhanko(path.with_suffix(".pem"), every[:300]))
    beside_c, scaling = best["one"] / best["c"], best["two"] / best["one"]
    say(f"{len(every)} rows with the order inside, the best of 5 rounds:")
    say(f"the C function, one thread: {best['c']:.0f} rows a second")
    say(f"verify batch, one thread:   {best['one']:.0f}, {beside_c:.2f} of it (budget {BESIDE_C})")
    say(f"verify batch, two threads:  {best['two']:.0f}, {scaling:.2f} times one (budget {SCALING})")
    say(f"pyHanko, one thread:        {slow:.0f}; verify batch on one is {best['one'] / slow:.0f} times that")
    return beside_c >= BESIDE_C and scaling >= SCALING


async def pyhanko(anchors: Path, every: list[bytes]) -> float:
    from asn1crypto import cms, pem, x509
    from pyhanko.sign.validation import async_validate_cms_signature
    from pyhanko_certvalidator import ValidationContext

    roots = [x509.Certificate.load(der) for _, _, der in pem.unarmor(anchors.read_bytes(), multiple=True)]
    context = ValidationContext(trust_roots=roots, allow_fetching=False)
    begun = time.perf_counter()
    for one in every:
        status = await async_validate_cms_signature(cms.ContentInfo.load(one)["content"], validation_context=context)
        assert status.valid and status.intact, status
    return len(every) / (time.perf_counter() - begun)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--c", metavar="PROGRAM")
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--bench", action="store_true")
    asked = parser.parse_args()
    os.environ["HONNIN_KEY"] = KEY
    shutil.rmtree(asked.folder, ignore_errors=True)
    asked.folder.mkdir(parents=True)
    archive, target, broken = (asked.folder / f"{name}.parquet" for name in ("archive", "findings", "broken"))
    subprocess.run([sys.executable, ROOT / "tools/archive.py", str(asked.rows), archive], check=True)

    seconds, memory = run(archive, target)
    say(f"{asked.rows} rows: {asked.rows / seconds:.0f} rows a second, at most {memory >> 20} MB of memory")
    if memory > MOST_MEMORY:
        sys.exit("test-batch: too much memory")
    run_killed(archive, broken)
    if digest(target) != digest(broken):
        sys.exit("test-batch: the output of the killed job differs")
    say("killed three times and resumed: the same bytes")
    results = pyarrow.parquet.read_table(target, columns=["id", "result"])
    counts = {one["values"]: one["counts"] for one in results.column("result").value_counts().to_pylist()}
    bad = sum(count for name, count in counts.items() if name != "OK")
    if results.column("id").to_pylist() != list(range(asked.rows)) or bad != sum(n % 50 == 49 for n in range(asked.rows)):
        sys.exit(f"test-batch: other results than were made: {counts}")
    say(", ".join(f"{name} {count}" for name, count in counts.items()))
    large(asked.folder)
    if asked.spark:
        spark(archive, target, asked.folder)
    if asked.bench and not bench(archive, asked.folder, asked.c):
        sys.exit("test-batch: a budget is overrun")


main()
