"""Verifies an archive of Parquet files on a Spark cluster.

    spark-submit spark_verify.py ARCHIVE FINDINGS --anchor ca.pem --keep id --at 2026-11-01T12:00:00Z

Each file of the archive is one step, whose findings are a folder under FINDINGS: a job that was stopped goes on with the files that
are not done, when it is submitted again with the same options. Bad rows are rows with a bad `result` and never fail the job.
The secret of the hashes comes from the environment variable HONNIN_KEY, where it is set. Every machine of the cluster
needs `pip install 'honnin[batch]'`.
"""

from __future__ import annotations

import argparse
import os
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlparse

import honnin
import honnin.batch
from pyspark.sql import SparkSession


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", help="a folder of Parquet files, or one file")
    parser.add_argument("findings", help="the folder that the findings go to")
    parser.add_argument("--at", required=True, help="the moment asked about, as 2026-11-01T12:00:00Z")
    parser.add_argument("--anchor", action="append", default=[], help="trust this CA too (PEM or DER; repeatable)")
    parser.add_argument("--crl", action="append", default=[], help="a revocation list (repeatable)")
    parser.add_argument("--waive", action="append", default=[], help="a finding that shall not count (repeatable)")
    parser.add_argument("--keep", action="append", default=[], help="a column that is copied (repeatable)")
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    trust = honnin.Trust.production()
    trust = trust.with_anchors(Path(path).read_bytes() for path in asked.anchor)
    trust = trust.with_crls(Path(path).read_bytes() for path in asked.crl)
    key = os.environ.get("HONNIN_KEY")
    check = honnin.batch.Verifier(
        trust=trust,
        waive=asked.waive,
        keep=asked.keep,
        key=key.encode() if key else None,
        at=datetime.fromisoformat(asked.at.replace("Z", "+00:00")),
    )

    # Small batches go to Python, so that a worker needs little memory, and small splits of a file to every core.
    spark = (
        SparkSession.builder.appName("honnin")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", 1024)
        .config("spark.sql.files.maxPartitionBytes", 16 << 20)
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    paths = spark._jvm.org.apache.hadoop.fs.Path
    files = sorted(spark.read.parquet(asked.archive).inputFiles())
    for number, file in enumerate(files, 1):
        name = unquote(Path(urlparse(file).path).name)
        step = f"{asked.findings}/of={name}"
        # Spark writes this file when all of a folder is there.
        done = paths(f"{step}/_SUCCESS")
        if done.getFileSystem(spark._jsc.hadoopConfiguration()).exists(done):
            print(f"{number} of {len(files)}: {name} was done before", flush=True)
            continue
        archive = spark.read.parquet(file)
        kept = [f"`{field.name}` {field.dataType.simpleString()}" for field in archive.select(*asked.keep).schema]
        archive = archive.select(*check.columns(names_and_kinds(archive)))
        archive.mapInArrow(check, ", ".join([*kept, check.ddl])).write.mode("overwrite").parquet(step)
        print(f"{number} of {len(files)}: {name}", flush=True)
    spark.stop()


def names_and_kinds(frame: object) -> object:
    """The Arrow schema of a data frame."""
    from pyspark.sql.pandas.types import to_arrow_schema

    return to_arrow_schema(frame.schema)  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
