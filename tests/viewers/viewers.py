"""Renders PDF files with four viewers: poppler, MuPDF, Ghostscript and PDFium; and reads them with PDFBox and iText.

Each runs in a process with limits on time and memory, since the files are attacks. What a viewer says beside its pages is
ignored: a file is as good as its pages look.
"""

import hashlib
import os
import resource
import select
import subprocess
import sys
import tempfile
import time
import weakref
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
RESOLUTION = 50
SECONDS = 20
MEMORY = 3 << 30
# More pages than any file of the campaign has.
MOST_PAGES = 40

VIEWERS = ("poppler", "mupdf", "ghostscript", "pdfium")
# Of Debian, in a process that stays, since Java begins slowly. iText draws nothing: its pages are the text that it finds.
READERS = ("pdfbox", "itext")
ALL = VIEWERS + READERS
JARS = ("pdfbox2", "fontbox2", "commons-logging", "itext5", "bcprov", "bcpkix", "bcutil")

# PDFium has no command of its own.
PDFIUM = """
import sys
import pypdfium2
document = pypdfium2.PdfDocument(sys.argv[1])
document.init_forms()
out = sys.stdout.buffer
for index in range(min(len(document), int(sys.argv[3]))):
    page = document[index]
    picture = page.render(scale=float(sys.argv[2]) / 72, may_draw_forms=True).to_pil().convert("RGB")
    out.write(b"P6\\n%d %d\\n255\\n" % picture.size + picture.tobytes())
"""


@dataclass(frozen=True)
class Rendering:
    """The pages as pictures, and whether the viewer gave up on the file."""

    pages: tuple[np.ndarray, ...]
    failed: bool
    is_text: bool = False


def commands(viewer: str, path: str) -> list[str]:
    resolution = str(RESOLUTION)
    most = str(MOST_PAGES)
    return {
        "poppler": ["pdftoppm", "-cropbox", "-q", "-r", resolution, "-l", most, path],
        "mupdf": ["mutool", "draw", "-q", "-F", "ppm", "-r", resolution, "-o", "-", path, f"1-{most}"],
        "ghostscript": [
            "gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=ppmraw", f"-r{resolution}", "-dUseCropBox",
            "-dTextAlphaBits=4", "-dGraphicsAlphaBits=4", "-sstdout=%stderr", f"-dLastPage={most}", "-o", "-", path,
        ],
        "pdfium": [sys.executable, "-c", PDFIUM, path, resolution, most],
    }[viewer]  # fmt: skip


def limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def pictures(data: bytes) -> tuple[np.ndarray, ...]:
    """The pictures of a sequence of PPM files."""
    found = []
    at = 0
    while data.startswith(b"P6", at):
        # Ghostscript writes a comment into the header.
        fields: list[int] = []
        at += 2
        while len(fields) < 3:
            end = data.index(b"\n", at)
            line = data[at:end].partition(b"#")[0]
            fields += [int(field) for field in line.split()]
            at = end + 1
        width, height, _ = fields
        size = width * height * 3
        if len(data) - at < size:
            break
        found.append(np.frombuffer(data, np.uint8, size, at).reshape(height, width, 3))
        at += size
    return tuple(found)


def run(viewer: str, path: str) -> Rendering:
    try:
        done = subprocess.run(
            commands(viewer, path), stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False, preexec_fn=limits
        )
    except subprocess.TimeoutExpired:
        return Rendering((), True)
    pages = pictures(done.stdout)
    return Rendering(pages, not pages or done.returncode < 0)


class Reader:
    """PDFBox or iText."""

    def __init__(self, name: str, classes: str) -> None:
        self.name = name
        paths = [classes, *(f"/usr/share/java/{jar}.jar" for jar in JARS)]
        self.command = ["java", "-Djava.awt.headless=true", "-Xmx1g", "-XX:TieredStopAtLevel=1", "-cp", ":".join(paths)]
        self.command += ["Readers", name, str(RESOLUTION), str(MOST_PAGES)]
        self.process: subprocess.Popen[bytes] | None = None

    def render(self, path: str) -> Rendering:
        if self.process is None:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
            )
            # A process that ends with this one.
            weakref.finalize(self, self.process.kill)
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(path.encode() + b"\n")
            deadline = time.monotonic() + SECONDS
            size = int(self.take(b"\n", deadline))
            data = self.take(size, deadline) if size > 0 else b""
        except (OSError, ValueError, TimeoutError):
            self.process.kill()
            self.process.wait()
            self.process = None
            return Rendering((), True)
        pages = pictures(data)
        return Rendering(pages, not pages, is_text=self.name == "itext")

    def take(self, until: bytes | int, deadline: float) -> bytes:
        """So many bytes, or a line."""
        assert self.process is not None and self.process.stdout is not None
        found = bytearray()
        while not (found.endswith(until) if isinstance(until, bytes) else len(found) == until):
            if not select.select([self.process.stdout], [], [], max(deadline - time.monotonic(), 0))[0]:
                raise TimeoutError
            some = self.process.stdout.read(1 if isinstance(until, bytes) else min(until - len(found), 1 << 20))
            if not some:
                raise OSError("the process ended")
            found += some
        return bytes(found)


def classes() -> str:
    """Compiles the readers, once."""
    folder = Path(os.environ.get("CARGO_TARGET_DIR", HERE.parents[1] / "target")) / "viewers-classes"
    source = HERE / "Readers.java"
    made = folder / "Readers.class"
    if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
        paths = ":".join(f"/usr/share/java/{jar}.jar" for jar in JARS)
        subprocess.run(["javac", "-nowarn", "-cp", paths, "-d", folder, source], check=True)
    return str(folder)


class Gallery:
    """Renders each file once. Of the files of one base, the signed revision is the same."""

    def __init__(self, keep: int = 64) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="viewers-")
        self.keep = keep
        self.readers = {name: Reader(name, classes()) for name in READERS}
        self.known: OrderedDict[tuple[str, bytes], Rendering] = OrderedDict()

    def again(self, viewer: str, pdf: bytes) -> Rendering:
        self.known.pop((viewer, hashlib.sha256(pdf).digest()), None)
        return self.render(viewer, pdf)

    def render(self, viewer: str, pdf: bytes) -> Rendering:
        key = (viewer, hashlib.sha256(pdf).digest())
        if key in self.known:
            self.known.move_to_end(key)
            return self.known[key]
        path = Path(self.folder.name) / "file.pdf"
        path.write_bytes(pdf)
        rendering = self.readers[viewer].render(str(path)) if viewer in self.readers else run(viewer, str(path))
        self.known[key] = rendering
        while len(self.known) > self.keep * len(ALL):
            self.known.popitem(last=False)
        return rendering
