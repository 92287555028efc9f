// Reads PDF files with PDFBox and iText 5 for viewers.py, one after the other.
//   java -cp JARS Readers PROGRAM RESOLUTION MOST_PAGES
// Each line of standard input is a path. The answer is a line with the number of bytes that follow, or -1 if the program
// gives up on the file. PDFBox answers with its pages as PPM, iText with the text that it finds on each page, as PPM of one line.

import com.itextpdf.text.pdf.PdfReader;
import com.itextpdf.text.pdf.parser.PdfTextExtractor;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.pdfbox.io.MemoryUsageSetting;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;

class Readers {
    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err);
        int resolution = Integer.parseInt(args[1]);
        int most = Integer.parseInt(args[2]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String path = in.readLine(); path != null; path = in.readLine()) {
            byte[] answer = null;
            try {
                answer = args[0].equals("pdfbox") ? pictures(path, resolution, most) : texts(path, most);
            } catch (Exception | StackOverflowError | OutOfMemoryError error) {
                // The file is one that the program gives up on.
            }
            out.write(((answer == null ? -1 : answer.length) + "\n").getBytes(StandardCharsets.US_ASCII));
            if (answer != null) {
                out.write(answer);
            }
            out.flush();
        }
    }

    static byte[] pictures(String path, int resolution, int most) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PDDocument document = PDDocument.load(new File(path), MemoryUsageSetting.setupMainMemoryOnly(100_000_000))) {
            PDFRenderer renderer = new PDFRenderer(document);
            for (int page = 0; page < Math.min(document.getNumberOfPages(), most); page++) {
                BufferedImage picture = renderer.renderImageWithDPI(page, resolution, ImageType.RGB);
                int width = picture.getWidth();
                int height = picture.getHeight();
                int[] pixels = picture.getRGB(0, 0, width, height, null, 0, width);
                byte[] bytes = new byte[pixels.length * 3];
                for (int at = 0; at < pixels.length; at++) {
                    bytes[3 * at] = (byte) (pixels[at] >> 16);
                    bytes[3 * at + 1] = (byte) (pixels[at] >> 8);
                    bytes[3 * at + 2] = (byte) pixels[at];
                }
                write(out, width, height, bytes);
            }
        }
        return out.toByteArray();
    }

    static byte[] texts(String path, int most) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PdfReader reader = new PdfReader(path);
        try {
            for (int page = 1; page <= Math.min(reader.getNumberOfPages(), most); page++) {
                byte[] text = PdfTextExtractor.getTextFromPage(reader, page).getBytes(StandardCharsets.UTF_8);
                byte[] bytes = new byte[(text.length + 3) / 3 * 3];
                System.arraycopy(text, 0, bytes, 0, text.length);
                write(out, bytes.length / 3, 1, bytes);
            }
        } finally {
            reader.close();
        }
        return out.toByteArray();
    }

    static void write(OutputStream out, int width, int height, byte[] bytes) throws Exception {
        out.write(("P6\n" + width + " " + height + "\n255\n").getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
    }
}
