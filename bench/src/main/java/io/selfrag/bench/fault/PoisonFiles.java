package io.selfrag.bench.fault;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;

/** Files that trip a parser, made up here. */
final class PoisonFiles {
  private static final int MIB = 1024 * 1024;

  private PoisonFiles() {}

  /** @param mustFail false where reading it is as good an end as a stated failure */
  record PoisonFile(String name, byte[] bytes, boolean mustFail) {}

  static List<PoisonFile> all() {
    try {
      return List.of(new PoisonFile("empty.txt", new byte[0], true),
          new PoisonFile("blank.txt", "  \n\t\n".getBytes(StandardCharsets.UTF_8), true),
          new PoisonFile("encrypted.pdf", encryptedPdf(), true), new PoisonFile("bomb.zip", bomb("a.txt"), true),
          new PoisonFile("bomb.docx", bomb("word/document.xml"), true),
          new PoisonFile("noise.pdf", noise("%PDF-1.7\n"), true), new PoisonFile("program.docx", noise("MZ"), true),
          new PoisonFile("broken-utf8.txt", brokenUtf8(), false),
          new PoisonFile("one-line.txt", "word ".repeat(2 * MIB).getBytes(StandardCharsets.UTF_8), false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] encryptedPdf() throws IOException {
    var out = new ByteArrayOutputStream();
    try (var document = new PDDocument()) {
      document.addPage(new PDPage());
      var policy = new StandardProtectionPolicy("owner", "user", new AccessPermission());
      policy.setEncryptionKeyLength(128);
      document.protect(policy);
      document.save(out);
    }
    return out.toByteArray();
  }

  /** A megabyte that unfolds to a gigabyte. */
  private static byte[] bomb(String entry) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      if (entry.startsWith("word/")) {
        zip.putNextEntry(new ZipEntry("[Content_Types].xml"));
        zip.write("""
            <?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
            <Override PartName="/word/document.xml" ContentType=
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>
            """.getBytes(StandardCharsets.UTF_8));
      }
      zip.putNextEntry(new ZipEntry(entry));
      var zeros = new byte[MIB];
      for (int i = 0; i < 1024; i++) {
        zip.write(zeros);
      }
    }
    return out.toByteArray();
  }

  private static byte[] noise(String start) {
    var bytes = new byte[20_000];
    new Random(1).nextBytes(bytes);
    System.arraycopy(start.getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, start.length());
    return bytes;
  }

  private static byte[] brokenUtf8() {
    var bytes = "A text whose bytes are not all well-formed, as they come in real life. ".repeat(20)
        .getBytes(StandardCharsets.UTF_8);
    for (int i = 50; i < bytes.length; i += 97) {
      bytes[i] = (byte) 0xC0;
    }
    return bytes;
  }
}
