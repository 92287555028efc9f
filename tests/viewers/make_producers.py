#!/usr/bin/env python3
"""Makes the unsigned files of tests/viewers/producers: one document, "100 yen", as many programs write it.

    tests/viewers/make_producers.py [NAME...]

The files are committed, so that no test needs LibreOffice or TeX. Programs that are missing are named and their files are left as
they are. On Debian 12, these packages and registries have all of them:

    apt-get install --no-install-recommends libreoffice-writer-nogui libreoffice-calc-nogui chromium ghostscript qpdf mupdf-tools \
        texlive-latex-base texlive-binaries groff librsvg2-bin libtiff-tools tesseract-ocr tesseract-ocr-eng fop \
        libpdf-api2-perl php-cli php-tcpdf default-jdk-headless libpdfbox2-java libitext5-java fonts-dejavu-core
    pip install pikepdf reportlab fpdf2 pypdf img2pdf weasyprint cairosvg pymupdf matplotlib borb typst PySide6-Essentials pyhanko
    npm install pdfkit jspdf pdf-lib          (NODE_PATH names its node_modules)
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

import writer

HERE = Path(__file__).resolve().parent
OUT = HERE / "producers"
LARGEST = 40_000

LINES = ("Order form", "Pay 100 yen to the holder.", "Second line of the order.")

HTML = """<!doctype html><html lang=en><meta charset=utf-8><title>Order</title><style>body{font-family:"DejaVu Sans"}</style>
<h1>Order form</h1><p>Pay 100 yen to the holder.</p><p><a href="https://example.com/">Terms</a></p>
<h2 style="break-before:page">Second page</h2><p>Nothing else is due.</p>"""

FORM = """<!doctype html><html lang=en><meta charset=utf-8><title>Order</title><style>input{appearance:auto}</style>
<h1>Order form</h1><form><p>Pay 100 yen to <input type=text name=holder value=holder> <input type=checkbox name=soon></p></form>"""

SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"><rect x="20" y="20" width="200" height="80" fill="#cde"/>
<text x="30" y="60" font-family="DejaVu Sans" font-size="20">Pay 100 yen</text></svg>"""

MAKERS: dict[str, Callable[[], bytes]] = {}


class MissingError(Exception):
    """A program is not installed."""


def makes(name: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def add(maker: Callable[[], bytes]) -> Callable[[], bytes]:
        MAKERS[name] = maker
        return maker

    return add


def run(command: list[str], files: dict[str, bytes | str], result: str, **more: str) -> bytes:
    """Runs the command in a folder with these files, and returns what it wrote there."""
    if not shutil.which(command[0]):
        raise MissingError(command[0])
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            Path(folder, name).write_bytes(data if isinstance(data, bytes) else data.encode())
        env = {**os.environ, "HOME": folder, "SOURCE_DATE_EPOCH": "1790000000", **more}
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, timeout=180, check=False)
        if not Path(folder, result).is_file():
            raise RuntimeError(f"{command}: {done.stdout.decode(errors='replace')} {done.stderr.decode(errors='replace')}")
        return Path(folder, result).read_bytes()


# --- offices and browsers ---


def libreoffice(source: str, text: str, filters: str) -> bytes:
    return run(["soffice", "--headless", "--convert-to", f"pdf:{filters}", source], {source: text}, "source.pdf")


@makes("libreoffice-writer")
def _() -> bytes:
    return libreoffice("source.html", HTML, "writer_web_pdf_Export")


@makes("libreoffice-pdfa2")
def _() -> bytes:
    return libreoffice("source.txt", "\n".join(LINES), 'writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}')


@makes("libreoffice-tagged")
def _() -> bytes:
    return libreoffice("source.txt", "\n".join(LINES), 'writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}')


@makes("libreoffice-calc")
def _() -> bytes:
    return libreoffice("source.csv", "what,yen\nshirt,100\nhat,20\n", "calc_pdf_Export")


def chromium(html: str, *options: str) -> bytes:
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", *options, "--print-to-pdf=out.pdf", "source.html"]
    return run(command, {"source.html": html}, "out.pdf")


@makes("chromium-print")
def _() -> bytes:
    return chromium(HTML, "--no-pdf-header-footer")


@makes("chromium-header")
def _() -> bytes:
    return chromium(HTML)


@makes("chromium-form")
def _() -> bytes:
    return chromium(FORM, "--no-pdf-header-footer")


# --- typesetters ---

TEX = r"""\documentclass{article}\begin{document}\section*{Order form}Pay 100 yen to the holder.\newpage Nothing else.\end{document}"""


@makes("pdftex-objects-packed")
def _() -> bytes:
    return run(
        ["pdflatex", "-interaction=batchmode", "a.tex"], {"a.tex": r"\pdfminorversion=5\pdfobjcompresslevel=3 " + TEX}, "a.pdf"
    )


@makes("pdftex-table")
def _() -> bytes:
    return run(
        ["pdflatex", "-interaction=batchmode", "a.tex"], {"a.tex": r"\pdfminorversion=4\pdfobjcompresslevel=0 " + TEX}, "a.pdf"
    )


@makes("pdftex-uncompressed")
def _() -> bytes:
    head = r"\pdfminorversion=4\pdfobjcompresslevel=0\pdfcompresslevel=0 "
    return run(["pdftex", "-interaction=batchmode", "a.tex"], {"a.tex": head + r"Pay 100 yen \eject Nothing else. \bye"}, "a.pdf")


@makes("dvipdfmx")
def _() -> bytes:
    dvi = run(["latex", "-interaction=batchmode", "a.tex"], {"a.tex": TEX}, "a.dvi")
    return run(["dvipdfmx", "a.dvi"], {"a.dvi": dvi}, "a.pdf")


@makes("dvips-ghostscript")
def _() -> bytes:
    dvi = run(["latex", "-interaction=batchmode", "a.tex"], {"a.tex": TEX}, "a.dvi")
    return run(["sh", "-c", "dvips -q a.dvi && ps2pdf a.ps a.pdf"], {"a.dvi": dvi}, "a.pdf")


@makes("groff")
def _() -> bytes:
    return run(
        ["sh", "-c", "groff -Tpdf -ms a.ms >a.pdf"], {"a.ms": ".TL\nOrder form\n.PP\nPay 100 yen.\n.bp\n.PP\nMore.\n"}, "a.pdf"
    )


@makes("typst")
def _() -> bytes:
    import typst

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "a.typ")
        source.write_text('= Order form\nPay 100 yen. #link("https://example.com")[Terms]\n#pagebreak()\nMore.')
        return bytes(typst.compile(str(source)))


@makes("fop")
def _() -> bytes:
    fo = """<root xmlns="http://www.w3.org/1999/XSL/Format"><layout-master-set><simple-page-master master-name="m" page-height="842pt"
page-width="595pt" margin="50pt"><region-body/></simple-page-master></layout-master-set><page-sequence master-reference="m"><flow
flow-name="xsl-region-body"><block>Pay 100 yen</block><block break-before="page">More</block></flow></page-sequence></root>"""
    return run(["fop", "a.fo", "a.pdf"], {"a.fo": fo}, "a.pdf")


# --- Ghostscript ---

PS = "%!PS\n/Helvetica findfont 24 scalefont setfont 72 700 moveto (Pay 100 yen) show showpage 72 700 moveto (More) show showpage\n"


def ghostscript(*options: str, source: bytes = PS.encode()) -> bytes:
    return run(
        ["gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", *options, "-o", "a.pdf", "source"], {"source": source}, "a.pdf"
    )


@makes("ghostscript-default")
def _() -> bytes:
    return ghostscript()


@makes("ghostscript-1.4")
def _() -> bytes:
    return ghostscript("-dCompatibilityLevel=1.4", "-dCompressPages=false")


@makes("ghostscript-fast-web-view")
def _() -> bytes:
    return ghostscript("-dFastWebView=true")


@makes("ghostscript-of-chromium")
def _() -> bytes:
    return ghostscript(source=made("chromium-print"))


# --- pictures ---


@makes("rsvg-cairo")
def _() -> bytes:
    return run(["rsvg-convert", "-f", "pdf", "-o", "a.pdf", "a.svg"], {"a.svg": SVG}, "a.pdf")


@makes("cairosvg")
def _() -> bytes:
    import cairosvg

    return bytes(cairosvg.svg2pdf(bytestring=SVG.encode()))


@makes("matplotlib")
def _() -> bytes:
    import matplotlib

    matplotlib.use("pdf")
    from matplotlib import pyplot

    figure = pyplot.figure(figsize=(4, 3))
    figure.text(0.1, 0.5, "Pay 100 yen")
    out = io.BytesIO()
    figure.savefig(out, format="pdf")
    return out.getvalue()


def scanned(mode: str, form: str) -> bytes:
    """A page as a scanner sees it."""
    from PIL import Image, ImageDraw

    picture = Image.new("L", (640, 400), 255)
    ImageDraw.Draw(picture).text((60, 60), "Pay 100 yen", fill=0, font_size=48)
    out = io.BytesIO()
    picture.convert(mode).save(out, form, **({"compression": "group4"} if form == "TIFF" else {}), dpi=(100, 100))
    return out.getvalue()


@makes("img2pdf-jpeg")
def _() -> bytes:
    import img2pdf

    return bytes(img2pdf.convert([scanned("L", "JPEG"), scanned("L", "JPEG")]))


@makes("img2pdf-fax")
def _() -> bytes:
    import img2pdf

    return bytes(img2pdf.convert([scanned("1", "TIFF")]))


@makes("pillow")
def _() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.open(io.BytesIO(scanned("L", "PNG"))).save(out, "PDF", resolution=100)
    return out.getvalue()


@makes("tiff2pdf")
def _() -> bytes:
    return run(["tiff2pdf", "-o", "a.pdf", "a.tif"], {"a.tif": scanned("1", "TIFF")}, "a.pdf")


@makes("tesseract")
def _() -> bytes:
    return run(["tesseract", "a.png", "a", "-l", "eng", "pdf"], {"a.png": scanned("L", "PNG")}, "a.pdf")


# --- libraries for Python ---


@makes("reportlab-canvas")
def _() -> bytes:
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    page = canvas.Canvas(out, invariant=1)
    for line in LINES[:2]:
        page.drawString(72, 700, line)
        page.showPage()
    page.save()
    return out.getvalue()


@makes("reportlab-packed")
def _() -> bytes:
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    page = canvas.Canvas(out, invariant=1, pageCompression=1, pdfVersion=(1, 5))
    page.drawString(72, 700, LINES[1])
    page.bookmarkPage("a")
    page.addOutlineEntry("Order", "a")
    page.save()
    return out.getvalue()


@makes("reportlab-form")
def _() -> bytes:
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    page = canvas.Canvas(out, invariant=1)
    page.drawString(72, 700, LINES[1])
    page.acroForm.textfield(name="holder", value="holder", x=72, y=600, width=200, height=24)
    page.acroForm.checkbox(name="soon", x=72, y=560, size=20)
    page.save()
    return out.getvalue()


@makes("fpdf2")
def _() -> bytes:
    import fpdf

    pdf = fpdf.FPDF()
    for line in LINES[:2]:
        pdf.add_page()
        pdf.set_font("helvetica", size=24)
        pdf.cell(text=line)
    return bytes(pdf.output())


@makes("fpdf2-plain")
def _() -> bytes:
    import fpdf

    pdf = fpdf.FPDF()
    pdf.set_compression(False)
    pdf.add_page()
    pdf.set_font("times", size=24)
    pdf.cell(text=LINES[1], link="https://example.com")
    return bytes(pdf.output())


def weasyprint(html: str, **options: object) -> bytes:
    import weasyprint as printer

    return bytes(printer.HTML(string=html).write_pdf(**options))


@makes("weasyprint-default")
def _() -> bytes:
    return weasyprint(HTML)


@makes("weasyprint-uncompressed")
def _() -> bytes:
    return weasyprint(HTML.replace("DejaVu Sans", "none"), uncompressed_pdf=True, pdf_version="1.4")


@makes("weasyprint-pdfa")
def _() -> bytes:
    return weasyprint(HTML, pdf_variant="pdf/a-3b")


@makes("pymupdf")
def _() -> bytes:
    import fitz

    document = fitz.open()
    for line in LINES[:2]:
        document.new_page().insert_text((72, 100), line, fontsize=24)
    return bytes(document.tobytes())


@makes("pymupdf-packed")
def _() -> bytes:
    import fitz

    document = fitz.open()
    document.new_page().insert_text((72, 100), LINES[1], fontsize=24)
    return bytes(document.tobytes(garbage=4, deflate=True, use_objstms=1))


@makes("pypdf")
def _() -> bytes:
    import pypdf

    out = io.BytesIO()
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(made("reportlab-canvas")))
    writer.add_metadata({"/Title": "Order"})
    writer.write(out)
    return out.getvalue()


@makes("pypdf-incremental")
def _() -> bytes:
    import pypdf

    out = io.BytesIO()
    writer = pypdf.PdfWriter(io.BytesIO(made("ghostscript-1.4")), incremental=True)
    writer.add_metadata({"/Title": "Order"})
    writer.write(out)
    return out.getvalue()


@makes("borb")
def _() -> bytes:
    from borb import pdf

    document = pdf.Document()
    page = pdf.Page()
    document.append_page(page)
    pdf.SingleColumnLayout(page).append_layout_element(pdf.Paragraph(LINES[1]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.pdf")
        pdf.PDF.write(what=document, where_to=str(path))
        return path.read_bytes()


@makes("qt")
def _() -> bytes:
    program = """
import sys
from PySide6.QtGui import QGuiApplication, QPainter, QPdfWriter
app = QGuiApplication([])
writer = QPdfWriter("a.pdf")
painter = QPainter(writer)
painter.drawText(500, 500, "Pay 100 yen")
writer.newPage()
painter.drawText(500, 500, "More")
painter.end()
"""
    return run([sys.executable, "-c", program], {}, "a.pdf", QT_QPA_PLATFORM="offscreen")


def pikepdf_saves(source: bytes, **options: object) -> bytes:
    import pikepdf

    out = io.BytesIO()
    options = {k: getattr(pikepdf.ObjectStreamMode, v) if k == "object_stream_mode" else v for k, v in options.items()}
    pikepdf.open(io.BytesIO(source)).save(out, **options)
    return out.getvalue()


@makes("pikepdf-default")
def _() -> bytes:
    return pikepdf_saves(made("libreoffice-calc"))


@makes("pikepdf-packed")
def _() -> bytes:
    return pikepdf_saves(made("reportlab-canvas"), object_stream_mode="generate")


@makes("pikepdf-linearized")
def _() -> bytes:
    return pikepdf_saves(made("pdftex-objects-packed"), linearize=True)


@makes("pyhanko-empty-field")
def _() -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields

    writer = IncrementalPdfFileWriter(io.BytesIO(made("chromium-print")))
    fields.append_signature_field(writer, fields.SigFieldSpec("Prepared", on_page=0, box=(300, 40, 500, 90)))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


# --- rewriting tools ---


def qpdf(*options: str, of: str = "reportlab-canvas") -> bytes:
    return run(["qpdf", "a.pdf", *options, "out.pdf"], {"a.pdf": made(of)}, "out.pdf")


@makes("qpdf-default")
def _() -> bytes:
    return qpdf()


@makes("qpdf-linearize")
def _() -> bytes:
    return qpdf("--linearize")


@makes("qpdf-linearize-packed")
def _() -> bytes:
    return qpdf("--linearize", "--object-streams=generate", of="weasyprint-default")


@makes("qpdf-generate")
def _() -> bytes:
    return qpdf("--object-streams=generate", of="libreoffice-calc")


@makes("qpdf-disable")
def _() -> bytes:
    return qpdf("--object-streams=disable", of="pdftex-objects-packed")


@makes("qpdf-qdf")
def _() -> bytes:
    return qpdf("--qdf")


@makes("qpdf-qdf-packed")
def _() -> bytes:
    return qpdf("--qdf", "--object-streams=preserve", of="pdftex-objects-packed")


@makes("qpdf-newline-before-endstream")
def _() -> bytes:
    return qpdf("--newline-before-endstream", "--stream-data=uncompress")


def mutool(*options: str, of: str = "reportlab-canvas") -> bytes:
    return run(["mutool", "clean", *options, "a.pdf", "out.pdf"], {"a.pdf": made(of)}, "out.pdf")


@makes("mutool-clean")
def _() -> bytes:
    return mutool()


@makes("mutool-clean-gggg")
def _() -> bytes:
    return mutool("-gggg", "-z", of="libreoffice-calc")


@makes("mutool-clean-ascii")
def _() -> bytes:
    return mutool("-d", "-a", "-i", "-f", of="ghostscript-1.4")


@makes("mutool-clean-linear")
def _() -> bytes:
    return mutool("-l", of="ghostscript-1.4")


@makes("mutool-create")
def _() -> bytes:
    page = "%%MediaBox 0 0 595 842\n%%Font F Helvetica\nBT /F 24 Tf 72 700 Td (Pay 100 yen) Tj ET\n"
    return run(["mutool", "create", "-o", "a.pdf", "a.txt"], {"a.txt": page}, "a.pdf")


@makes("poppler-unite")
def _() -> bytes:
    files: dict[str, bytes | str] = {"a.pdf": made("reportlab-canvas"), "b.pdf": made("fpdf2")}
    return run(["pdfunite", "a.pdf", "b.pdf", "out.pdf"], files, "out.pdf")


# --- Java ---


def java(program: str, jars: str, **files: bytes | str) -> bytes:
    known = ":".join(f"/usr/share/java/{jar}.jar" for jar in jars.split())
    given = {"Make.java": program, **{f"{name}.pdf": data for name, data in files.items()}}
    return run(["java", "-cp", known, "Make.java"], given, "out.pdf")


PDFBOX = "pdfbox2 fontbox2 commons-logging bcprov bcpkix bcutil"
BOX = """import org.apache.pdfbox.pdmodel.*; import org.apache.pdfbox.pdmodel.font.*; import java.io.*;
class Make { public static void main(String[] a) throws Exception { %s } }"""
ITEXT = "itext5 bcprov bcpkix bcutil"
TEXT = """import com.itextpdf.text.*; import com.itextpdf.text.pdf.*; import java.io.*;
class Make { public static void main(String[] a) throws Exception { %s } }"""


@makes("pdfbox")
def _() -> bytes:
    return java(
        BOX
        % """PDDocument d = new PDDocument(); PDPage p = new PDPage(); d.addPage(p);
        PDPageContentStream c = new PDPageContentStream(d, p); c.beginText(); c.setFont(PDType1Font.HELVETICA, 24);
        c.newLineAtOffset(72, 700); c.showText("Pay 100 yen"); c.endText(); c.close(); d.save("out.pdf");""",
        PDFBOX,
    )


@makes("pdfbox-incremental")
def _() -> bytes:
    return java(
        BOX
        % """PDDocument d = PDDocument.load(new File("a.pdf")); d.getDocumentInformation().setTitle("Order");
        d.getDocumentInformation().getCOSObject().setNeedToBeUpdated(true);
        d.saveIncremental(new FileOutputStream("out.pdf"));""",
        PDFBOX,
        a=made("reportlab-canvas"),
    )


@makes("pdfbox-of-packed")
def _() -> bytes:
    return java(BOX % 'PDDocument.load(new File("a.pdf")).save("out.pdf");', PDFBOX, a=made("pdftex-objects-packed"))


@makes("itext5")
def _() -> bytes:
    return java(
        TEXT
        % """Document d = new Document(); PdfWriter.getInstance(d, new FileOutputStream("out.pdf")); d.open();
        d.add(new Paragraph("Pay 100 yen")); d.newPage(); d.add(new Paragraph("More")); d.close();""",
        ITEXT,
    )


@makes("itext5-full-compression")
def _() -> bytes:
    return java(
        TEXT
        % """Document d = new Document(); PdfWriter w = PdfWriter.getInstance(d, new FileOutputStream("out.pdf"));
        w.setFullCompression(); d.open(); d.add(new Paragraph("Pay 100 yen")); d.close();""",
        ITEXT,
    )


@makes("itext5-stamper")
def _() -> bytes:
    return java(
        TEXT
        % """PdfReader r = new PdfReader("a.pdf"); PdfStamper s = new PdfStamper(r, new FileOutputStream("out.pdf"), '\\0', true);
        TextField f = new TextField(s.getWriter(), new Rectangle(72, 600, 272, 624), "holder"); f.setText("holder");
        s.addAnnotation(f.getTextField(), 1); s.close();""",
        ITEXT,
        a=made("ghostscript-1.4"),
    )


@makes("itext5-of-packed")
def _() -> bytes:
    return java(
        TEXT
        % """PdfReader r = new PdfReader("a.pdf"); PdfStamper s = new PdfStamper(r, new FileOutputStream("out.pdf"));
        s.close();""",
        ITEXT,
        a=made("pdftex-objects-packed"),
    )


# --- other languages ---


@makes("perl-pdf-api2")
def _() -> bytes:
    program = """use PDF::API2; my $p = PDF::API2->new(); my $f = $p->font('Helvetica'); for (1, 2) { my $g = $p->page(); my $t = $g->text();
    $t->font($f, 24); $t->position(72, 700); $t->text('Pay 100 yen'); } $p->save('a.pdf');"""
    return run(["perl", "-e", program], {}, "a.pdf")


@makes("php-tcpdf")
def _() -> bytes:
    program = """require_once '/usr/share/php/tcpdf/tcpdf.php'; $p = new TCPDF(); $p->setFont('helvetica'); $p->AddPage();
    $p->Write(10, 'Pay 100 yen'); file_put_contents('a.pdf', $p->Output('', 'S'));"""
    return run(["php", "-r", program], {}, "a.pdf")


def node(program: str) -> bytes:
    return run(["node", "-e", program], {}, "a.pdf")


@makes("js-pdfkit")
def _() -> bytes:
    return node("""const P = require('pdfkit'), d = new P(); d.pipe(require('fs').createWriteStream('a.pdf'));
    d.fontSize(24).text('Pay 100 yen'); d.addPage().text('More'); d.end();""")


@makes("js-jspdf")
def _() -> bytes:
    return node("""const {jsPDF} = require('jspdf'), d = new jsPDF(); d.text('Pay 100 yen', 20, 20); d.addPage(); d.text('More', 20, 20);
    require('fs').writeFileSync('a.pdf', Buffer.from(d.output('arraybuffer')));""")


@makes("js-pdf-lib")
def _() -> bytes:
    return node("""const L = require('pdf-lib'); (async () => { const d = await L.PDFDocument.create(); const p = d.addPage();
    p.drawText('Pay 100 yen', {x: 50, y: 700}); const f = d.getForm().createTextField('holder'); f.setText('holder');
    f.addToPage(p, {x: 50, y: 600}); require('fs').writeFileSync('a.pdf', await d.save()); })();""")


@makes("js-pdf-lib-table")
def _() -> bytes:
    return node("""const L = require('pdf-lib'); (async () => { const d = await L.PDFDocument.create(); const p = d.addPage();
    p.drawText('Pay 100 yen', {x: 50, y: 700}); require('fs').writeFileSync('a.pdf', await d.save({useObjectStreams: false})); })();""")


# --- imitations of programs that cannot be had here: their structure by our own writer ---

CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
SHOWN = b"BT /F 24 Tf 72 700 Td (Pay 100 yen) Tj ET"
INFO = b"<</Producer(An imitation)/CreationDate(D:20261101120000+09'00')>>"
DOCUMENT = [(1, CATALOG), (2, PAGES), (3, PAGE), (4, writer.stream(SHOWN)), (5, FONT), (6, INFO)]
TRAILER = b"/Root 1 0 R/Info 6 0 R/ID[<0123456789abcdef0123456789abcdef><0123456789abcdef0123456789abcdef>]"


def document(objects: list[tuple[int, bytes]] = DOCUMENT, **more: object) -> bytes:
    return writer.Update(objects=objects, trailer=TRAILER, **more).bytes()  # type: ignore[arg-type]


@makes("imitation-word-hybrid")
def _() -> bytes:
    """Word: what is packed is free in the table, and an empty second section names the stream by /XRefStm."""
    catalog = b"<</Type/Catalog/Pages 2 0 R/StructTreeRoot 7 0 R/MarkInfo<</Marked true>>/Lang(en-US)>>"
    plain = [(1, catalog), *DOCUMENT[1:]]
    packed = [(7, b"<</Type/StructTreeRoot/K 8 0 R>>"), (8, b"<</Type/StructElem/S/Document/P 7 0 R>>")]
    eol = b"\r\n"
    out = bytearray(b"%PDF-1.7\r\n%\xb5\xb5\xb5\xb5\r\n")
    offsets = {}
    one = writer.Update(eol=eol)
    for number, body in [*plain, (9, writer.object_stream(packed))]:
        offsets[number] = len(out)
        out += one.object(number, body)
    hidden = len(out)
    entries = {number: (1, offset, 0) for number, offset in offsets.items()}
    entries |= {0: (0, 7, 65535), 7: (2, 9, 0), 8: (2, 9, 1), 10: (1, hidden, 0)}
    out += one.object(10, writer.cross_references(entries, 11, TRAILER))
    start = len(out)
    out += b"xref\r\n0 11\r\n0000000007 65535 f\r\n"
    for number in range(1, 11):
        free = {7: 8, 8: 0}
        offset, kind = (free[number], b"65535 f") if number in free else ({**offsets, 10: hidden}[number], b"00000 n")
        out += b"%010d %b\r\n" % (offset, kind)
    out += b"trailer\r\n<</Size 11%b>>\r\nstartxref\r\n%d\r\n%%%%EOF\r\n" % (TRAILER, start)
    second = len(out)
    out += b"xref\r\n0 0\r\ntrailer\r\n<</Size 11%b/Prev %d/XRefStm %d>>\r\n" % (TRAILER, start, hidden)
    out += b"startxref\r\n%d\r\n%%%%EOF" % second
    return bytes(out)


@makes("imitation-hybrid-one-section")
def _() -> bytes:
    catalog = b"<</Type/Catalog/Pages 2 0 R/StructTreeRoot 7 0 R>>"
    return document([(1, catalog), *DOCUMENT[1:]], form="hybrid", packed=[(7, b"<</Type/StructTreeRoot>>")])


@makes("imitation-google-docs")
def _() -> bytes:
    """Google Docs: a number in use at offset 0, which nothing refers to."""
    pdf = document([*DOCUMENT, (7, b"null")], header=b"%PDF-1.4\n%\xd3\xeb\xe9\xe1\n")
    at = pdf.index(b"7 0 obj")
    return pdf.replace(b"%010d 00000 n" % at, b"0000000000 00000 n").replace(b"7 0 obj\nnull\nendobj\n", b" " * 20)


@makes("imitation-acrobat-incremental")
def _() -> bytes:
    """Acrobat: CR behind objects, packed with cross-reference streams, then saved with a table of CR LF."""
    first = document(
        [(4, writer.stream(SHOWN)), (6, INFO)],
        form="stream",
        header=b"%PDF-1.6\r%\xe2\xe3\xcf\xd3\r\n",
        packed=[(1, CATALOG), (2, PAGES), (3, PAGE), (5, FONT)],
    )
    info = INFO.replace(b">>", b"/ModDate(D:20261102120000+09'00')>>")
    return writer.Update(before=first, objects=[(6, info)], trailer=TRAILER, form="stream").bytes()


@makes("imitation-acrobat-table")
def _() -> bytes:
    first = document(eol=b"\r\n", header=b"%PDF-1.4\r%\xe2\xe3\xcf\xd3\r\n")
    info = INFO.replace(b">>", b"/ModDate(D:20261102120000+09'00')>>")
    out = bytearray(first)
    at = len(out)
    out += b"6 0 obj\r" + info + b"\rendobj\r"
    start = len(out)
    out += b"xref\r\n0 1\r\n0000000000 65535 f\r\n6 1\r\n%010d 00000 n\r\n" % at
    out += b"trailer\r\n<</Size 7/Prev %d%b>>\r\nstartxref\r\n%d\r\n%%%%EOF\r\n" % (writer.last_start(first), TRAILER, start)
    return bytes(out)


@makes("imitation-scanner")
def _() -> bytes:
    """Scanners: line ends of CR LF, no /ID, white space behind what they write in fixed fields."""
    objects = [*DOCUMENT[:3], (4, writer.stream(SHOWN).replace(b"/Length 41", b"/Length         41")), *DOCUMENT[4:]]
    return writer.Update(objects=objects, trailer=b"/Root 1 0 R /Info 6 0 R ", eol=b"\r\n", header=b"%PDF-1.3\r\n").bytes()


@makes("imitation-quartz")
def _() -> bytes:
    """Quartz: lengths in objects of their own behind the stream."""
    text = writer.stream(SHOWN).replace(b"/Length 41", b"/Length 7 0 R")
    return document([DOCUMENT[5], (4, text), (7, b"41"), *DOCUMENT[:3], DOCUMENT[4]])


@makes("imitation-trailing-nul")
def _() -> bytes:
    return document() + b"\0"


@makes("imitation-trailing-line-ends")
def _() -> bytes:
    return document() + b"\r\n\r\n\n"


@makes("imitation-duplicate-key")
def _() -> bytes:
    return document([*DOCUMENT[:2], (3, PAGE.replace(b"/Type/Page", b"/Type/Page/Type/Page")), *DOCUMENT[3:]])


@makes("imitation-free-entries")
def _() -> bytes:
    """Numbers that were used and freed, in a list as the standard has it."""
    return document(freed=[7, 8, 9])


# --- all of them ---

DONE: dict[str, bytes] = {}


def made(name: str) -> bytes:
    if name not in DONE:
        DONE[name] = MAKERS[name]()
    return DONE[name]


def main() -> int:
    OUT.mkdir(exist_ok=True)
    missing = []
    for name in sys.argv[1:] or MAKERS:
        try:
            data = made(name)
        except Exception as error:
            missing.append(name)
            print(f"{name}: {error}" if isinstance(error, (MissingError, ImportError)) else f"{name}: {traceback.format_exc()}")
            continue
        if len(data) > LARGEST:
            missing.append(name)
            print(f"{name}: {len(data)} bytes are too many")
            continue
        (OUT / f"{name}.pdf").write_bytes(data)
        print(f"{name}: {len(data)} bytes")
    if missing:
        print("not made:", *missing)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
