package io.selfrag.chunker.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.selfrag.chunker.parse.Block.Kind;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/** What a parser of every supported format keeps. */
public abstract class DocumentParserContract {

  /** The parser under test; the subclass closes it. */
  protected abstract DocumentParser parser();

  private ParsedDocument parse(byte[] bytes, String name) {
    return parser().parse(ParseRequest.ofBytes(bytes, name, null));
  }

  private static List<String> texts(ParsedDocument document, Kind kind) {
    return document.blocks().stream().filter(block -> block.kind() == kind)
        .map(block -> document.text().substring(block.charStart(), block.charEnd())).toList();
  }

  @Test
  void pagesOfAPdfAreKnown() {
    ParsedDocument document = parse(Fixtures.pdf("First page.", "Second page."), "a.pdf");

    assertThat(document.mediaType()).isEqualTo("application/pdf");
    assertThat(document.blocks()).filteredOn(block -> block.kind() == Kind.PARAGRAPH).extracting(Block::page)
        .containsExactly(1, 2);
    assertThat(texts(document, Kind.PARAGRAPH)).containsExactly("First page.", "Second page.");
  }

  @Test
  void aWordCutAtALineEndIsJoined() {
    ParsedDocument document = parse(Fixtures.pdf("The open-domain retriev-\nal of passages\nworks."), "a.pdf");

    assertThat(document.text()).contains("open-domain retrieval of passages");
  }

  @Test
  void headingsAndTablesOfAWordDocumentAreBlocks() {
    ParsedDocument document = parse(Fixtures.docx(), "a.docx");

    assertThat(texts(document, Kind.HEADING)).containsExactly("Cargo rules");
    assertThat(texts(document, Kind.PARAGRAPH)).containsExactly("Cargo is weighed before loading.");
    assertThat(texts(document, Kind.TABLE)).containsExactly("item | weight\ncrate | 40 kg");
  }

  @Test
  void cellsOfASpreadsheetKeepTheirColumn() {
    ParsedDocument document = parse(Fixtures.xlsx(), "a.xlsx");

    assertThat(texts(document, Kind.HEADING)).containsExactly("Weights");
    assertThat(texts(document, Kind.TABLE)).containsExactly("item |  | weight\ncrate | big | 40");
  }

  @Test
  void titlesAndTablesOfSlidesAreBlocks() {
    ParsedDocument document = parse(Fixtures.pptx(), "a.pptx");

    assertThat(texts(document, Kind.HEADING)).containsExactly("Cargo rules", "Weights");
    assertThat(texts(document, Kind.PARAGRAPH)).contains("Cargo is weighed before loading.");
    assertThat(texts(document, Kind.TABLE)).containsExactly("item | weight\ncrate | 40 kg");
    assertThat(document.blocks()).filteredOn(block -> block.kind() == Kind.TABLE).extracting(Block::page)
        .containsExactly(2);
  }

  @Test
  void headingsAndTablesOfRichTextAreBlocks() {
    ParsedDocument document = parse(Fixtures.utf8("""
        {\\rtf1\\ansi\\uc1{\\fonttbl{\\f0 Arial;}}{\\stylesheet{\\s1\\outlinelevel0 heading 1;}}
        \\pard\\plain\\s1\\outlinelevel0 Cargo rules\\par
        \\pard\\plain Cargo is weighed before loading: a \\\\cell is no cell.\\par
        \\trowd\\cellx100\\cellx200\\pard\\intbl item\\cell weight\\cell\\row
        \\trowd\\cellx100\\cellx200\\pard\\intbl crate,\\par of wood\\cell 40 kg\\cell\\row
        \\pard Then it is loaded.\\par
        \\pard\\outlinelevel1 Loading\\par
        \\pard Carefully.\\par}"""), "a.rtf");

    assertThat(document.text()).isEqualTo("Cargo rules\n\nCargo is weighed before loading: a \\cell is no cell.\n\n"
        + "item | weight\ncrate, of wood | 40 kg\n\nThen it is loaded.\n\nLoading\n\nCarefully.");
    assertThat(document.blocks()).extracting(Block::kind).containsExactly(Kind.HEADING, Kind.PARAGRAPH, Kind.TABLE,
        Kind.PARAGRAPH, Kind.HEADING, Kind.PARAGRAPH);
    assertThat(document.blocks()).extracting(Block::level).containsExactly(1, 0, 0, 0, 2, 0);
  }

  @Test
  void headingsAndTablesOfAnOpenDocumentAreBlocks() {
    ParsedDocument document = parse(Fixtures.odt(), "a.odt");

    assertThat(texts(document, Kind.HEADING)).containsExactly("Cargo rules");
    assertThat(texts(document, Kind.PARAGRAPH)).containsExactly("Cargo is weighed before loading.");
    assertThat(texts(document, Kind.TABLE)).containsExactly("item | weight\ncrate | 40 kg");
  }

  @Test
  void headingsAndTablesOfABookAreBlocks() {
    ParsedDocument document = parse(Fixtures.epub(), "a.epub");

    assertThat(texts(document, Kind.HEADING)).containsExactly("Cargo rules");
    assertThat(texts(document, Kind.PARAGRAPH)).containsExactly("Cargo is weighed before loading.");
    assertThat(texts(document, Kind.TABLE)).containsExactly("item | weight\ncrate | 40 kg");
  }

  @Test
  void aWebPageLosesMarkupScriptsAndNavigation() {
    ParsedDocument document = parse(Fixtures.utf8("""
        <html><head><title>t</title><style>p{}</style></head><body><nav><a>Home</a></nav><h2>Fees</h2>
        <p>Paid&nbsp;in
        <b>advance</b>.</p><script>var x;</script><ul><li>one</li><li>two</li></ul>
        <table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table><pre>if x:
          y</pre></body></html>"""), "a.html");

    assertThat(document.text()).isEqualTo("Fees\n\nPaid in advance.\n\n- one\n- two\n\na | b\n1 | 2\n\nif x:\n  y");
    assertThat(document.blocks()).extracting(Block::kind).containsExactly(Kind.HEADING, Kind.PARAGRAPH, Kind.LIST,
        Kind.TABLE,
        Kind.CODE);
  }

  @Test
  void markdownStaysAsItIsWritten() {
    String text = "# Guide\n\nText with `code`.\n\n```html\n<p>kept</p>\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |";

    ParsedDocument document = parse(Fixtures.utf8(text), "guide.md");

    assertThat(document.text()).isEqualTo(text);
    assertThat(document.blocks()).extracting(Block::kind).containsExactly(Kind.HEADING, Kind.PARAGRAPH, Kind.CODE,
        Kind.TABLE);
  }

  @Test
  void mailGivesItsTextAndNoAttachment() {
    ParsedDocument document = parse(Fixtures.utf8("""
        From: a@example.org
        To: b@example.org
        Subject: Delivery
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="x"

        --x
        Content-Type: text/plain; charset=utf-8

        The crate has arrived. 货物已到。
        --x
        Content-Type: application/octet-stream; name="a.bin"
        Content-Disposition: attachment; filename="a.bin"
        Content-Transfer-Encoding: base64

        c2VjcmV0IGF0dGFjaG1lbnQ=
        --x--
        """), "a.eml");

    assertThat(document.text()).contains("The crate has arrived. 货物已到。").doesNotContain("secret attachment");
  }

  @Test
  void chineseIsReadInItsEncodings() {
    String text = "货物在装船之前必须称重。重量以公斤计算，并写在标签上。";
    for (String charset : List.of("UTF-8", "GB18030", "UTF-16", "UTF-16LE", "UTF-32", "Big5")) {
      String expected = charset.equals("Big5") ? "貨物在裝船之前必須稱重。重量以公斤計算，並寫在標籤上。" : text;

      assertThat(parse(
          ("\uFEFF".repeat(charset.equals("UTF-16LE") || charset.equals("UTF-32") ? 1 : 0) + expected)
              .getBytes(Charset.forName(charset)),
          "a.txt").text()).as(charset).isEqualTo(expected);
    }
  }

  @Test
  void aReferenceOutOfAnXmlFileIsNotFollowed() throws java.io.IOException {
    java.nio.file.Path secret = java.nio.file.Files.createTempFile("secret", ".txt");
    try {
      java.nio.file.Files.writeString(secret, "top secret");
      String xml = "<!DOCTYPE a [<!ENTITY s SYSTEM \"" + secret.toUri() + "\">]><a><b>seen</b>&s;</a>";

      assertThat(textOrFailure(Fixtures.utf8(xml), "a.xml")).doesNotContain("top secret");
    } finally {
      java.nio.file.Files.delete(secret);
    }
  }

  private String textOrFailure(byte[] bytes, String name) {
    try {
      return parse(bytes, name).text();
    } catch (SelfRagException e) {
      return e.detail();
    }
  }

  @Test
  void whatCannotBeParsedFailsWithItsCode() {
    assertFails(new byte[0], "a.txt", ErrorCode.EMPTY_DOCUMENT);
    assertFails(Fixtures.utf8(" \n\t "), "a.txt", ErrorCode.EMPTY_DOCUMENT);
    assertFails(Fixtures.pdf("", ""), "a.pdf", ErrorCode.NO_TEXT_LAYER);
    assertFails(Fixtures.protectedPdf("owner", "user", "Text"), "a.pdf", ErrorCode.ENCRYPTED);
    assertFails(Fixtures.utf8("plain text"), "a.docx", ErrorCode.CORRUPT);
    assertFails(java.util.Arrays.copyOf(Fixtures.docx(), 900), "a.docx", ErrorCode.CORRUPT);
    assertFails(Fixtures.zip("a.txt", "text"), "a.zip", ErrorCode.UNSUPPORTED_FORMAT);
    assertFails(new byte[]{(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0}, "a.png",
        ErrorCode.UNSUPPORTED_FORMAT);
    assertFails(Fixtures.utf8("MZ\u0000\u0001\u0002 program"), "a.pdf", ErrorCode.UNSUPPORTED_FORMAT);
    assertFails(Fixtures.inflatingDocx(201), "a.docx", ErrorCode.ARCHIVE_LIMIT);
  }

  private void assertFails(byte[] bytes, String name, ErrorCode code) {
    assertThatThrownBy(() -> parse(bytes, name)).as("%s of %d bytes", name, bytes.length)
        .isInstanceOf(SelfRagException.class)
        .extracting("code").isEqualTo(code);
  }

  @Test
  void anOwnersPasswordAloneDoesNotHinderReading() {
    assertThat(parse(Fixtures.protectedPdf("owner", "", "Readable"), "a.pdf").text()).isEqualTo("Readable");
  }

  @Test
  void moreTextThanTheLimitIsRefused() {
    ParseLimits limits = ParseLimits.DEFAULTS.withMaxCharacters(100);

    for (String name : List.of("a.txt", "a.html")) {
      var request = ParseRequest.ofBytes(Fixtures.utf8("<p>" + "word ".repeat(100)), name, null).withLimits(limits);
      assertThatThrownBy(() -> parser().parse(request)).isInstanceOf(SelfRagException.class).extracting("code")
          .isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE);
    }
  }

  @Test
  void deeplyNestedMarkupEndsOneWayOrTheOther() {
    assertThat(textOrFailure(Fixtures.utf8("<html><body>" + "<div>".repeat(50_000) + "deep"), "a.html")).isNotEmpty();
  }
}
