// Signs PDF files with PDFBox and BouncyCastle, or with iText 5, as programs that use them do.
//   java -cp JARS Presign.java PROGRAM FORM IN OUT
// PROGRAM is pdfbox or itext. FORM is plain (no signing-certificate attribute), ess (with it), visible (with it, and a
// picture on the page), or certified (with it, and DocMDP 2).

import com.itextpdf.text.Rectangle;
import com.itextpdf.text.pdf.PdfReader;
import com.itextpdf.text.pdf.PdfSignatureAppearance;
import com.itextpdf.text.pdf.PdfStamper;
import com.itextpdf.text.pdf.security.BouncyCastleDigest;
import com.itextpdf.text.pdf.security.MakeSignature;
import com.itextpdf.text.pdf.security.PrivateKeySignature;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Calendar;
import java.util.Hashtable;
import java.util.List;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationWidget;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAppearanceDictionary;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAppearanceStream;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.SignatureOptions;
import org.apache.pdfbox.pdmodel.interactive.form.PDAcroForm;
import org.apache.pdfbox.pdmodel.interactive.form.PDSignatureField;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

class Presign {
    static PrivateKey key;
    static Certificate[] chain;

    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        char[] password = "viewers".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = new FileInputStream(System.getProperty("keys") + "/person.p12")) {
            store.load(in, password);
        }
        key = (PrivateKey) store.getKey("person", password);
        chain = store.getCertificateChain("person");
        if (args[0].equals("pdfbox")) {
            box(args[1], new File(args[2]), args[3]);
        } else {
            text(args[1], args[2], args[3]);
        }
    }

    static byte[] cms(InputStream content, boolean ess) throws Exception {
        JcaSignerInfoGeneratorBuilder builder =
                new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().setProvider("BC").build());
        if (ess) {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(chain[0].getEncoded());
            SigningCertificateV2 value = new SigningCertificateV2(new ESSCertIDv2(hash));
            ASN1EncodableVector attributes = new ASN1EncodableVector();
            attributes.add(new Attribute(PKCSObjectIdentifiers.id_aa_signingCertificateV2, new DERSet(value)));
            builder.setSignedAttributeGenerator(new DefaultSignedAttributeTableGenerator(new AttributeTable(attributes)));
        }
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        X509Certificate certificate = (X509Certificate) chain[0];
        generator.addSignerInfoGenerator(
                builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(key), new JcaX509CertificateHolder(certificate)));
        generator.addCertificates(new JcaCertStore(List.of(chain)));
        return generator.generate(new CMSProcessableByteArray(content.readAllBytes()), false).getEncoded();
    }

    static void box(String form, File in, String out) throws Exception {
        try (PDDocument document = PDDocument.load(in); OutputStream to = new FileOutputStream(out)) {
            PDSignature signature = new PDSignature();
            signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
            signature.setSubFilter(PDSignature.SUBFILTER_ADBE_PKCS7_DETACHED);
            signature.setName("Test person");
            signature.setReason("Test");
            signature.setSignDate(Calendar.getInstance());
            if (form.equals("certified")) {
                certify(document, signature);
            }
            SignatureOptions options = new SignatureOptions();
            options.setPage(0);
            if (form.equals("visible")) {
                options.setVisualSignature(look());
            }
            document.addSignature(signature, content -> {
                try {
                    return cms(content, !form.equals("plain"));
                } catch (Exception error) {
                    throw new java.io.IOException(error);
                }
            }, options);
            document.saveIncremental(to);
        }
    }

    static void certify(PDDocument document, PDSignature signature) {
        COSDictionary parameters = new COSDictionary();
        parameters.setItem(COSName.TYPE, COSName.getPDFName("TransformParams"));
        parameters.setInt(COSName.P, 2);
        parameters.setName(COSName.V, "1.2");
        parameters.setDirect(true);
        COSDictionary reference = new COSDictionary();
        reference.setItem(COSName.TYPE, COSName.getPDFName("SigRef"));
        reference.setItem("TransformMethod", COSName.getPDFName("DocMDP"));
        reference.setItem("TransformParams", parameters);
        reference.setDirect(true);
        COSArray references = new COSArray();
        references.add(reference);
        references.setDirect(true);
        signature.getCOSObject().setItem("Reference", references);
        COSDictionary catalog = document.getDocumentCatalog().getCOSObject();
        COSDictionary permissions = new COSDictionary();
        permissions.setItem("DocMDP", signature);
        catalog.setItem("Perms", permissions);
        catalog.setNeedToBeUpdated(true);
    }

    // A page with a widget, from which PDFBox takes the appearance.
    static InputStream look() throws Exception {
        try (PDDocument document = new PDDocument()) {
            PDPage page = new PDPage(PDRectangle.A4);
            document.addPage(page);
            PDAcroForm form = new PDAcroForm(document);
            document.getDocumentCatalog().setAcroForm(form);
            PDSignatureField field = new PDSignatureField(form);
            PDAnnotationWidget widget = field.getWidgets().get(0);
            form.getFields().add(field);
            widget.setRectangle(new PDRectangle(300, 40, 200, 50));
            PDAppearanceStream stream = new PDAppearanceStream(document);
            stream.setBBox(new PDRectangle(200, 50));
            stream.setResources(new org.apache.pdfbox.pdmodel.PDResources());
            try (PDPageContentStream content = new PDPageContentStream(document, stream)) {
                content.beginText();
                content.setFont(PDType1Font.HELVETICA, 12);
                content.newLineAtOffset(5, 20);
                content.showText("Signed by a test person");
                content.endText();
            }
            PDAppearanceDictionary appearance = new PDAppearanceDictionary();
            appearance.setNormalAppearance(stream);
            widget.setAppearance(appearance);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            document.save(out);
            return new ByteArrayInputStream(out.toByteArray());
        }
    }

    static void text(String form, String in, String out) throws Exception {
        PdfReader reader = new PdfReader(in);
        PdfStamper stamper = PdfStamper.createSignature(reader, new FileOutputStream(out), '\0', null, true);
        PdfSignatureAppearance appearance = stamper.getSignatureAppearance();
        appearance.setReason("Test");
        if (form.equals("visible")) {
            appearance.setVisibleSignature(new Rectangle(300, 100, 500, 150), 1, "Visible");
        }
        if (form.equals("certified")) {
            appearance.setCertificationLevel(PdfSignatureAppearance.CERTIFIED_FORM_FILLING);
        }
        MakeSignature.signDetached(appearance, new BouncyCastleDigest(), new PrivateKeySignature(key, "SHA-256", "BC"), chain,
                null, null, null, 3000,
                form.equals("plain") ? MakeSignature.CryptoStandard.CMS : MakeSignature.CryptoStandard.CADES);
    }
}
