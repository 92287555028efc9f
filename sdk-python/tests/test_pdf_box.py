"""The box of a visible signature in four viewers: poppler, MuPDF, Ghostscript and PDFium draw the same text, upright and
within the box, on pages that are turned, with an embedded font and without one."""

# mypy: disable-error-code="import-untyped"
from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import honnin
import pypdfium2
import pytest

IPA = Path("/usr/share/fonts/opentype/ipafont-gothic/ipagp.ttf")
NOTO = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
SCALE = 2
PAGE = (400, 300)
# A family name with the selector of a variant, a long foreign name, half-width kana.
NAME = "渡邉󠄂　樹里亜エリザベス・アレクサンドラ ﾌｨﾘﾌﾟ"
REASON = "契約内容の確認と合意のため（第2版）。Agreement of both parties. " * 6


class Picture(NamedTuple):
    width: int
    height: int
    dots: bytes

    def crop(self, left: int, upper: int, right: int, lower: int) -> Picture:
        rows = (self.dots[row * self.width + left : row * self.width + right] for row in range(upper, lower))
        return Picture(right - left, lower - upper, b"".join(rows))

    def ink(self) -> tuple[int, int, int, int] | None:
        """Left, upper, right and lower edge of all that is dark."""
        dark = [at for at, dot in enumerate(self.dots) if dot < 160]
        if not dark:
            return None
        columns = [at % self.width for at in dark]
        return min(columns), dark[0] // self.width, max(columns) + 1, dark[-1] // self.width + 1

    def unlike(self, other: Picture, cell: int = 8) -> float:
        """How far two pictures are apart, in shades of 255, when looked at from afar."""
        assert (self.width, self.height) == (other.width, other.height)
        total = cells = 0
        for row in range(0, self.height - cell + 1, cell):
            for column in range(0, self.width - cell + 1, cell):
                shades = [0, 0]
                for line in range(row, row + cell):
                    begin = line * self.width + column
                    shades[0] += sum(self.dots[begin : begin + cell])
                    shades[1] += sum(other.dots[begin : begin + cell])
                total += abs(shades[0] - shades[1])
                cells += 1
        return total / (cells * cell * cell)


def read(path: Path) -> Picture:
    """A portable grey map."""
    data = path.read_bytes()
    fields: list[bytes] = []
    at = 0
    while len(fields) < 4:
        if data[at : at + 1] == b"#":
            at = data.index(b"\n", at)
        elif data[at : at + 1].isspace():
            at += 1
        else:
            end = at
            while not data[end : end + 1].isspace():
                end += 1
            fields.append(data[at:end])
            at = end
    assert fields[0] == b"P5" and fields[3] == b"255"
    return Picture(int(fields[1]), int(fields[2]), data[at + 1 :])


def run(package: str, *command: str | Path) -> None:
    assert shutil.which(command[0]), f"{command[0]} is missing: apt-get install {package}"
    subprocess.run(command, check=True, capture_output=True)


def poppler(pdf: Path) -> Picture:
    run("poppler-utils", "pdftoppm", "-gray", "-r", str(72 * SCALE), "-singlefile", pdf, pdf.with_suffix(""))
    return read(pdf.with_suffix(".pgm"))


def mupdf(pdf: Path) -> Picture:
    out = pdf.with_suffix(".mupdf.pgm")
    run("mupdf-tools", "mutool", "draw", "-q", "-F", "pgm", "-r", str(72 * SCALE), "-o", out, pdf)
    return read(out)


def ghostscript(pdf: Path) -> Picture:
    out = pdf.with_suffix(".gs.pgm")
    smooth = ("-dTextAlphaBits=4", "-dGraphicsAlphaBits=4")
    run("ghostscript", "gs", "-q", "-sDEVICE=pgmraw", *smooth, f"-r{72 * SCALE}", "-o", out, pdf)
    return read(out)


def pdfium(pdf: Path) -> Picture:
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    bitmap = document[0].render(scale=SCALE, grayscale=True, may_draw_forms=True)
    whole = bytes(bitmap.buffer)
    rows = (whole[row * bitmap.stride :][: bitmap.width] for row in range(bitmap.height))
    return Picture(bitmap.width, bitmap.height, b"".join(rows))


VIEWERS: dict[str, Callable[[Path], Picture]] = {
    "poppler": poppler,
    "mupdf": mupdf,
    "ghostscript": ghostscript,
    "pdfium": pdfium,
}


def page(turn: int, above: bool = False) -> bytes:
    """A PDF with one empty page, which it or the node above it turns."""
    rotate = f"/Rotate {turn}"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[3 0 R]/Count 1{rotate if above else ''}>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {PAGE[0]} {PAGE[1]}]{'' if above else rotate}>>",
    ]
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 4\n0000000000 65535 f \n{table}{trailer}".encode()


def seen(turn: int, left: float, lower: float, width: float, height: float) -> tuple[int, int, int, int]:
    """Where a rectangle of the page is when the page is turned and shown: left, upper, right, lower edge in dots."""
    right, upper = left + width, lower + height
    edges = {
        0: (left, PAGE[1] - upper, right, PAGE[1] - lower),
        90: (lower, left, upper, right),
        180: (PAGE[0] - right, lower, PAGE[0] - left, upper),
        270: (PAGE[1] - upper, PAGE[0] - right, PAGE[1] - lower, PAGE[0] - left),
    }[turn]
    a, b, c, d = (round(edge * SCALE) for edge in edges)
    return a, b, c, d


@pytest.fixture
def card(virtual: honnin.VirtualCard) -> Iterator[honnin.Card]:
    with honnin.open_card(virtual, 5) as card:
        card.verify_pin("signing", "ABC123")
        yield card


def font_file(path: Path | None) -> Path | None:
    assert path is None or path.is_file(), f"{path} is missing: apt-get install fonts-ipafont-gothic fonts-noto-cjk"
    return path


@pytest.mark.parametrize("font", [None, IPA, NOTO], ids=["viewer", "truetype", "cff"])
@pytest.mark.parametrize(("width", "height"), [(200, 70), (90, 30), (36, 60)])
def test_four_viewers_show_the_same_upright_text_within_the_box(
    card: honnin.Card, tmp_path: Path, font: Path | None, width: int, height: int
) -> None:
    upright: dict[str, Picture] = {}
    for turn in (0, 90, 180, 270):
        # Of the same size for the reader of the turned page.
        sides = (width, height) if turn in (0, 180) else (height, width)
        signed = card.sign_pdf(
            page(turn, above=turn == 180),
            name=NAME,
            reason=REASON,
            location="東京都",
            box=(1, 60, 40, *sides),
            font=font_file(font),
        )
        pdf = tmp_path / f"{turn}.pdf"
        pdf.write_bytes(signed)
        left, upper, right, lower = seen(turn, 60, 40, *sides)
        for name, draw in VIEWERS.items():
            picture = draw(pdf)
            ink = picture.ink()
            assert ink, name
            # The frame is at the edges of the box, within a dot, and nothing is beyond.
            assert all(abs(a - b) <= 2 for a, b in zip(ink, (left, upper, right, lower), strict=True)), (name, turn, ink)
            inside = picture.crop(left, upper, right, lower)
            text = inside.crop(3, 3, inside.width - 3, inside.height - 3)
            assert text.ink(), (name, turn)
            if turn == 0:
                upright[name] = inside
            # The seconds differ, and the grid that the letters are fitted to.
            assert inside.unlike(upright[name]) < 16, (name, turn)
    if font is not None:
        for name, picture in upright.items():
            assert picture.unlike(upright["poppler"]) < 24, name
    # A text that lies on its side, or upside down, is nothing like it.
    turned = upright["poppler"]
    flipped = Picture(turned.width, turned.height, turned.dots[::-1])
    assert flipped.unlike(turned) > 16


def test_a_font_is_bytes_a_file_or_a_path_and_its_glyphs_are_embedded(card: honnin.Card, tmp_path: Path) -> None:
    for font in (IPA, str(IPA), IPA.read_bytes(), NOTO):
        signed = card.sign_pdf(page(0), box=(1, 60, 40, 200, 60), reason="契約", font=font)
        pdf = tmp_path / "signed.pdf"
        pdf.write_bytes(signed)
        listed = subprocess.run(["pdffonts", pdf], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
        assert len(listed) == 1 and "yes yes yes" in listed[0], listed
        text = subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True, text=True).stdout
        assert "番号 花子" in text and "+09:00" in text and "契約" in text, text
    with IPA.open("rb") as file:
        card.sign_pdf(page(0), box=(1, 60, 40, 200, 60), font=file)
    with pytest.raises(FileNotFoundError):
        card.sign_pdf(page(0), box=(1, 60, 40, 200, 60), font=tmp_path / "none.ttf")
    with pytest.raises(honnin.errors.InvalidArgument, match=r"U\+20BB7"):
        card.sign_pdf(page(0), box=(1, 60, 40, 200, 60), name="𠮷田", font=IPA)
    with pytest.raises(honnin.errors.InvalidArgument, match="font file"):
        card.sign_pdf(page(0), box=(1, 60, 40, 200, 60), font=b"no font")
