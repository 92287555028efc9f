"""How many seconds pyHanko takes to validate a CMS: the best of a few rounds over the files of a folder."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from asn1crypto import cms, x509
from pyhanko.sign.validation import async_validate_cms_signature
from pyhanko_certvalidator import ValidationContext

folder = Path(sys.argv[1])
root = x509.Certificate.load((folder / "ca.der").read_bytes())
files = [file.read_bytes() for file in folder.glob("*.cms")]


async def round_over_all() -> float:
    context = ValidationContext(trust_roots=[root], allow_fetching=False)
    begin = time.perf_counter()
    for file in files:
        data = cms.ContentInfo.load(file)["content"]
        status = await async_validate_cms_signature(data, validation_context=context)
        assert status.valid and status.intact and status.trusted, status
    return (time.perf_counter() - begin) / len(files)


print(min(asyncio.run(round_over_all()) for _ in range(3)))
