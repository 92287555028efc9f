#!/usr/bin/env python3
"""How many bytes of a shared library are OpenSSL's, from the map that GNU ld wrote when it linked it.

    tools/share.py MAP LIBRARY

Counts what OpenSSL's objects put into the sections that are loaded, their part of the table of unwinding, and the relocations
that point into their data. What the two share, the tables of names for one, is not OpenSSL's.
"""

import bisect
import re
import subprocess
import sys
from pathlib import Path

SECTION = re.compile(r"^ (?:\.[\w.$-]+|COMMON)?\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)\s+(\S.*)$")
OPENSSL = re.compile(r"libhonnin\.a\(lib(crypto|ssl|default|common|legacy)-")
LOADED = re.compile(r"^\.(text|rodata|data|eh_frame|gcc_except_table|tdata|init_array)")
RELOCATION = 24  # bytes of an Elf64_Rela

output, mine = "", []
frames = {True: 0, False: 0}
total = table = 0
text = Path(sys.argv[1]).read_text(encoding="utf-8").partition("Linker script and memory map")[2]
# Long names of sections have a line of their own.
for line in re.sub(r"\n (\.\S+)\n\s+(0x)", r"\n \1 \2", text).splitlines():
    if re.match(r"^\.\S", line):
        output = line.split()[0]
    elif (found := SECTION.match(line)) and LOADED.match(output):
        start, size, openssl = int(found[1], 16), int(found[2], 16), bool(OPENSSL.search(found[3]))
        if output == ".eh_frame_hdr":
            table += size
            continue
        if output == ".eh_frame":
            frames[openssl] += size
        if openssl:
            total += size
            mine.append((start, start + size))
total += table * frames[True] // max(1, sum(frames.values()))
mine.sort()
starts = [start for start, _ in mine]
listed = subprocess.run(["readelf", "-rW", sys.argv[2]], check=True, capture_output=True, text=True).stdout
for line in listed.splitlines():
    if re.match(r"^[0-9a-f]{16} ", line):
        at = int(line.split()[0], 16)
        index = bisect.bisect(starts, at) - 1
        if index >= 0 and at < mine[index][1]:
            total += RELOCATION
print(total)
