package io.selfrag.chunker.parse.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import io.selfrag.chunker.parse.DocumentParser;
import io.selfrag.chunker.parse.ParseRequest;

/** Parses one tiny document of the common formats, so that no user waits for class loading. */
final class WarmUp {
  private static final String HTML = "<html><body><h1>a</h1><p>b</p><table><tr><td>c</td><td>d</td></tr></table></body></html>";
  private static final String CONTENT_TYPES = """
      <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
      <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
      <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
      <Override PartName="/word/document.xml" ContentType=\
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>""";
  private static final String RELATIONSHIPS = """
      <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
      <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type=\
      "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>\
      </Relationships>""";
  private static final String DOCUMENT = """
      <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
      <w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>a</w:t></w:r>\
      </w:p></w:body></w:document>""";
  private static final String PDF = """
      %PDF-1.4
      1 0 obj
      <</Type/Catalog/Pages 2 0 R>>
      endobj
      2 0 obj
      <</Type/Pages/Kids[3 0 R]/Count 1>>
      endobj
      3 0 obj
      <</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>
      endobj
      4 0 obj
      <</Length 30>>
      stream
      BT /F 9 Tf 9 9 Td (warm) Tj ET
      endstream
      endobj
      5 0 obj
      <</Type/Font/Subtype/Type1/BaseFont/Helvetica>>
      endobj
      trailer
      <</Root 1 0 R/Size 6>>
      %%EOF
      """;

  private WarmUp() {}

  static void run(DocumentParser parser) throws IOException {
    parser.parse(ParseRequest.ofBytes(HTML.getBytes(StandardCharsets.UTF_8), "a.html", null));
    parser.parse(ParseRequest.ofBytes(PDF.getBytes(StandardCharsets.ISO_8859_1), "a.pdf", null));
    parser.parse(ParseRequest.ofBytes(wordDocument(), "a.docx", null));
  }

  private static byte[] wordDocument() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      entry(zip, "[Content_Types].xml", CONTENT_TYPES);
      entry(zip, "_rels/.rels", RELATIONSHIPS);
      entry(zip, "word/document.xml", DOCUMENT);
    }
    return bytes.toByteArray();
  }

  private static void entry(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }
}
