"""Verifies an archive of Parquet files on a Spark cluster.

    spark-submit spark_verify.py ARCHIVE FINDINGS --anchor ca.pem --keep id --at 2026-11-01T12:00:00Z

Each file of the archive is one step, whose findings are a folder under FINDINGS: a job that was stopped goes on with the files
that are not done when it is submitted again, and so does one whose archive has grown. A file that was written again since is
done again; other options are refused. Bad rows are rows with a bad `result` and never fail the job. The secret of the hashes
comes from the environment variable HONNIN_KEY, where it is set. Every machine of the cluster needs
`pip install 'honnin[batch]'`.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, unquote

import honnin
import honnin.batch
from pyspark.sql import SparkSession


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", help="a folder of Parquet files, or one file")
    parser.add_argument("findings", help="the folder that the findings go to")
    parser.add_argument("--at", required=True, help="the moment asked about, as 2026-11-01T12:00:00Z")
    parser.add_argument("--anchor", action="append", default=[], help="trust this CA too (PEM or DER; repeatable)")
    parser.add_argument("--timestamp-anchor", action="append", default=[], help="trust this CA for time-stamps (repeatable)")
    parser.add_argument("--crl", action="append", default=[], help="a revocation list (repeatable)")
    parser.add_argument("--waive", action="append", default=[], help="a finding that shall not count (repeatable)")
    parser.add_argument("--keep", action="append", default=[], help="a column that is copied (repeatable)")
    return parser.parse_args()


def verifier(asked: argparse.Namespace) -> honnin.batch.Verifier:
    trust = honnin.Trust.production()
    trust = trust.with_anchors(Path(path).read_bytes() for path in asked.anchor)
    trust = trust.with_timestamp_anchors(Path(path).read_bytes() for path in asked.timestamp_anchor)
    trust = trust.with_crls(Path(path).read_bytes() for path in asked.crl)
    key = os.environ.get("HONNIN_KEY")
    return honnin.batch.Verifier(
        trust=trust,
        waive=asked.waive,
        keep=asked.keep,
        key=key.encode() if key else None,
        at=datetime.fromisoformat(asked.at.replace("Z", "+00:00")),
    )


class Job:
    """The archive, the findings, and what of them is done."""

    def __init__(self, spark: SparkSession, archive: str, findings: str) -> None:
        self.spark = spark
        self.findings = findings
        root = self._path(archive)
        self._files = root.getFileSystem(spark._jsc.hadoopConfiguration())
        #: Whose folders may be partitions: year=2026.
        self._base = archive if self._files.exists(root) and self._files.getFileStatus(root).isDirectory() else None
        self._root = PurePosixPath(self._files.makeQualified(root).toUri().getPath())
        # Spark names files as URLs.
        self.sources = sorted(unquote(file) for file in spark.read.parquet(archive).inputFiles())

    def _path(self, name: str) -> Any:
        return self.spark._jvm.org.apache.hadoop.fs.Path(name)

    def name(self, source: str) -> str:
        """A file by its place in the archive: folders may have files of the same name."""
        place = PurePosixPath(self._path(source).toUri().getPath())
        if place != self._root and place.is_relative_to(self._root):
            return str(place.relative_to(self._root))
        return place.name if place == self._root else str(place)

    def step(self, source: str) -> str:
        return f"{self.findings}/of={quote(self.name(source), safe='')}"

    def written(self, name: str) -> int | None:
        """When a file was written, or None if it is not there."""
        path = self._path(name)
        files = path.getFileSystem(self.spark._jsc.hadoopConfiguration())
        return int(files.getFileStatus(path).getModificationTime()) if files.exists(path) else None

    def is_done(self, source: str) -> bool:
        # Spark writes this file when all of a folder is there.
        done = self.written(f"{self.step(source)}/_SUCCESS")
        return done is not None and done >= (self.written(source) or 0)

    def read(self, source: str) -> Any:
        reader = self.spark.read.option("basePath", self._base) if self._base else self.spark.read
        return reader.parquet(source)

    def belongs_to(self, fingerprint: str) -> bool:
        """Whether the findings are those of these options; they are, if there are none yet."""
        about = f"{self.findings}/_job"
        if self.written(f"{about}/_SUCCESS") is not None:
            first = self.spark.read.text(about).first()
            return first is not None and first[0] == fingerprint
        self.spark.createDataFrame([(fingerprint,)], "value string").coalesce(1).write.mode("overwrite").text(about)
        return True


def main() -> None:
    asked = arguments()
    check = verifier(asked)
    # Small batches go to Python, so that a worker needs little memory, and small splits of a file to every core.
    spark = (
        SparkSession.builder.appName("honnin")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", 1024)
        .config("spark.sql.files.maxPartitionBytes", 16 << 20)
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    job = Job(spark, asked.archive, asked.findings)
    if not job.belongs_to(check.fingerprint):
        sys.exit(f"{asked.findings} has findings of other options; name another folder, or remove this one")
    for number, source in enumerate(job.sources, 1):
        shown = f"{number} of {len(job.sources)}: {job.name(source)}"
        if job.is_done(source):
            print(f"{shown} was done before", flush=True)
            continue
        archive = job.read(source)
        kept = [f"`{field.name}` {field.dataType.simpleString()}" for field in archive.select(*asked.keep).schema]
        archive = archive.select(*check.columns(names_and_kinds(archive)))
        archive.mapInArrow(check, ", ".join([*kept, check.ddl])).write.mode("overwrite").parquet(job.step(source))
        print(shown, flush=True)
    spark.stop()


def names_and_kinds(frame: Any) -> Any:
    """The Arrow schema of a data frame."""
    from pyspark.sql.pandas.types import to_arrow_schema

    return to_arrow_schema(frame.schema)


if __name__ == "__main__":
    main()
