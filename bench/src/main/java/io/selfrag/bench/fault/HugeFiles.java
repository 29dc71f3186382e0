package io.selfrag.bench.fault;

import io.selfrag.bench.workload.MarkedText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;

/** Documents of the sizes that people do send, made up here. */
final class HugeFiles {
  private static final int MIB = 1024 * 1024;
  /** Just below what is taken. */
  private static final int TEXT = 50 * MIB - 1000;
  private static final int PAGES = 5_000;
  private static final int ROWS = 1_000_000;
  private static final String OPEN_XML = "http://schemas.openxmlformats.org/";

  private HugeFiles() {}

  /** One of them. */
  record HugeFile(String name, byte[] bytes) {}

  /** @param share of their sizes, up to 1 */
  static List<HugeFile> all(double share) {
    try {
      return List.of(new HugeFile("text.txt", text((int) (TEXT * share))),
          new HugeFile("pages.pdf", pages((int) (PAGES * share))),
          new HugeFile("rows.xlsx", rows((int) (ROWS * share))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] text(int size) {
    var bytes = new ByteArrayOutputStream(size + MIB);
    for (int part = 0; bytes.size() < size; part++) {
      bytes.writeBytes(MarkedText.of(940_000 + part, 1, 40).getBytes(StandardCharsets.UTF_8));
    }
    return java.util.Arrays.copyOf(bytes.toByteArray(), size);
  }

  private static byte[] pages(int count) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var document = new PDDocument()) {
      var font = new PDType1Font(Standard14Fonts.FontName.HELVETICA);
      for (int number = 1; number <= count; number++) {
        var page = new PDPage();
        document.addPage(page);
        try (var content = new PDPageContentStream(document, page)) {
          content.beginText();
          content.setFont(font, 11);
          content.setLeading(14);
          content.newLineAtOffset(60, 720);
          for (String line : MarkedText.of(960_000 + number, 1, 2).split("[\\n.]", -1)) {
            if (!line.isBlank()) {
              content.showText(line.strip());
              content.newLine();
            }
          }
          content.endText();
        }
      }
      document.save(bytes);
    }
    return bytes.toByteArray();
  }

  private static byte[] rows(int count) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      entry(zip, "[Content_Types].xml", "<Types xmlns=\"" + OPEN_XML + "package/2006/content-types\">"
          + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
          + "<Override PartName=\"/xl/workbook.xml\" ContentType="
          + "\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
          + "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType="
          + "\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>");
      entry(zip, "_rels/.rels", relation("officeDocument", "xl/workbook.xml"));
      entry(zip, "xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml"));
      entry(zip, "xl/workbook.xml", "<workbook xmlns=\"" + OPEN_XML + "spreadsheetml/2006/main\" xmlns:r=\"" + OPEN_XML
          + "officeDocument/2006/relationships\"><sheets><sheet name=\"Rows\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>");
      zip.putNextEntry(new ZipEntry("xl/worksheets/sheet1.xml"));
      write(zip, "<worksheet xmlns=\"" + OPEN_XML + "spreadsheetml/2006/main\"><sheetData>");
      for (int row = 1; row <= count; row++) {
        write(zip, "<row r=\"" + row + "\"><c r=\"A" + row + "\"><v>" + row + "</v></c><c r=\"B" + row
            + "\" t=\"inlineStr\"><is><t>part " + row % 997 + "</t></is></c><c r=\"C" + row + "\"><v>"
            + row * 7L % 10_007
            + "</v></c></row>");
      }
      write(zip, "</sheetData></worksheet>");
      zip.closeEntry();
    }
    return bytes.toByteArray();
  }

  private static String relation(String type, String target) {
    return "<Relationships xmlns=\"" + OPEN_XML + "package/2006/relationships\"><Relationship Id=\"r1\" Type=\""
        + OPEN_XML
        + "officeDocument/2006/relationships/" + type + "\" Target=\"" + target + "\"/></Relationships>";
  }

  private static void entry(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    write(zip, text);
    zip.closeEntry();
  }

  private static void write(ZipOutputStream zip, String text) throws IOException {
    zip.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
