package io.selfrag.chunker.parse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.apache.poi.xslf.usermodel.SlideLayout;
import org.apache.poi.xslf.usermodel.XMLSlideShow;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.apache.poi.xwpf.usermodel.XWPFDocument;

/** A small corpus made on the spot: one readable document of each binary format, and a few that mean harm. */
public final class Fixtures {
  private Fixtures() {}

  /** A page for each text, each line of a text a line. */
  public static byte[] pdf(String... pages) {
    return protectedPdf("", "", pages);
  }

  /** A PDF under an owner's and a user's password; empty for none. */
  public static byte[] protectedPdf(String ownerPassword, String userPassword, String... pages) {
    try (var document = new PDDocument()) {
      for (String text : pages) {
        var page = new PDPage();
        document.addPage(page);
        if (!text.isEmpty()) {
          write(document, page, text);
        }
      }
      if (!ownerPassword.isEmpty()) {
        document.protect(new StandardProtectionPolicy(ownerPassword, userPassword, new AccessPermission()));
      }
      var bytes = new ByteArrayOutputStream();
      document.save(bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(PDDocument document, PDPage page, String text) throws IOException {
    try (var content = new PDPageContentStream(document, page)) {
      content.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 11);
      content.beginText();
      content.setLeading(14);
      content.newLineAtOffset(60, 720);
      for (String line : text.split("\n")) {
        content.showText(line);
        content.newLine();
      }
      content.endText();
    }
  }

  /** A Word document with a heading, a paragraph and a table of two columns. */
  public static byte[] docx() {
    try (var document = new XWPFDocument()) {
      document.createStyles();
      var style = new org.apache.poi.xwpf.usermodel.XWPFStyle(
          org.openxmlformats.schemas.wordprocessingml.x2006.main.CTStyle.Factory.newInstance());
      style.setStyleId("Heading1");
      style.getCTStyle().addNewName().setVal("heading 1");
      style.setType(org.openxmlformats.schemas.wordprocessingml.x2006.main.STStyleType.PARAGRAPH);
      document.getStyles().addStyle(style);
      var heading = document.createParagraph();
      heading.setStyle("Heading1");
      heading.createRun().setText("Cargo rules");
      document.createParagraph().createRun().setText("Cargo is weighed before loading.");
      var table = document.createTable(2, 2);
      table.getRow(0).getCell(0).setText("item");
      table.getRow(0).getCell(1).setText("weight");
      table.getRow(1).getCell(0).setText("crate");
      table.getRow(1).getCell(1).setText("40 kg");
      var bytes = new ByteArrayOutputStream();
      document.write(bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A workbook with one sheet. */
  public static byte[] xlsx() {
    try (var workbook = new XSSFWorkbook()) {
      var sheet = workbook.createSheet("Weights");
      var header = sheet.createRow(0);
      header.createCell(0).setCellValue("item");
      header.createCell(2).setCellValue("weight");
      var row = sheet.createRow(1);
      row.createCell(0).setCellValue("crate");
      row.createCell(1).setCellValue("big");
      row.createCell(2).setCellValue(40);
      var bytes = new ByteArrayOutputStream();
      workbook.write(bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Two slides, each with a title; the first with text, the second with a table. */
  public static byte[] pptx() {
    try (var show = new XMLSlideShow()) {
      var layout = show.getSlideMasters().getFirst().getLayout(SlideLayout.TITLE_AND_CONTENT);
      var first = show.createSlide(layout);
      first.getPlaceholder(0).setText("Cargo rules");
      first.getPlaceholder(1).setText("Cargo is weighed before loading.");
      var second = show.createSlide(show.getSlideMasters().getFirst().getLayout(SlideLayout.TITLE_ONLY));
      second.getPlaceholder(0).setText("Weights");
      var table = second.createTable(2, 2);
      table.getCell(0, 0).setText("item");
      table.getCell(0, 1).setText("weight");
      table.getCell(1, 0).setText("crate");
      table.getCell(1, 1).setText("40 kg");
      var bytes = new ByteArrayOutputStream();
      show.write(bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An OpenDocument text with a heading, a paragraph and a table of two columns. */
  public static byte[] odt() {
    String names = "urn:oasis:names:tc:opendocument:xmlns:";
    String row = "<table:table-row><table:table-cell><text:p>%s</text:p></table:table-cell>"
        + "<table:table-cell><text:p>%s</text:p></table:table-cell></table:table-row>";
    return zip("mimetype", "application/vnd.oasis.opendocument.text", "content.xml",
        "<office:document-content xmlns:office=\"" + names + "office:1.0\" xmlns:text=\"" + names
            + "text:1.0\" xmlns:table=\"" + names + "table:1.0\"><office:body><office:text>"
            + "<text:h text:outline-level=\"1\">Cargo rules</text:h><text:p>Cargo is weighed before loading.</text:p>"
            + "<table:table>" + row.formatted("item", "weight") + row.formatted("crate", "40 kg")
            + "</table:table></office:text></office:body></office:document-content>");
  }

  /** A book of one chapter with a heading, a paragraph and a table of two columns. */
  public static byte[] epub() {
    return zip("mimetype", "application/epub+zip", "META-INF/container.xml",
        "<container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles><rootfile "
            + "full-path=\"book.opf\" media-type=\"application/oebps-package+xml\"/></rootfiles></container>",
        "book.opf",
        "<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\"><manifest><item id=\"c\" href=\"c.xhtml\" "
            + "media-type=\"application/xhtml+xml\"/></manifest><spine><itemref idref=\"c\"/></spine></package>",
        "c.xhtml",
        "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>t</title></head><body><h1>Cargo rules</h1>"
            + "<p>Cargo is weighed before loading.</p><table><tr><th>item</th><th>weight</th></tr>"
            + "<tr><td>crate</td><td>40 kg</td></tr></table></body></html>");
  }

  /** A Word document whose text inflates to so many megabytes of one letter. */
  public static byte[] inflatingDocx(int megabytes) {
    return wordArchive(() -> {
      var text = "<w:p><w:r><w:t>" + "A".repeat(1 << 20) + "</w:t></w:r></w:p>";
      return text.repeat(megabytes);
    });
  }

  private static byte[] wordArchive(java.util.function.Supplier<String> body) {
    String main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    String packaging = "http://schemas.openxmlformats.org/package/2006/";
    return zip("[Content_Types].xml", "<Types xmlns=\"" + packaging
        + "content-types\"><Default Extension=\"rels\" ContentType="
        + "\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/word/document.xml\" ContentType="
        + "\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>",
        "_rels/.rels",
        "<Relationships xmlns=\"" + packaging
            + "relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/"
            + "officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>",
        "word/document.xml", "<w:document xmlns:w=\"" + main + "\"><w:body>" + body.get() + "</w:body></w:document>");
  }

  /** An archive of names and contents, in turn. */
  public static byte[] zip(String... namesAndContents) {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < namesAndContents.length; i += 2) {
        zip.putNextEntry(new ZipEntry(namesAndContents[i]));
        zip.write(namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
