package io.selfrag.chunker.parse.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

import io.selfrag.chunker.parse.Block;
import io.selfrag.chunker.parse.Block.Kind;
import io.selfrag.chunker.parse.Fixtures;
import io.selfrag.chunker.parse.ParseRequest;
import io.selfrag.chunker.parse.ParsedDocument;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

class TextDocumentParserTest {
  private final TextDocumentParser parser = new TextDocumentParser();

  private ParsedDocument parse(String text, String name) {
    return parser.parse(ParseRequest.ofBytes(Fixtures.utf8(text), name, null));
  }

  private static List<String> outline(ParsedDocument document) {
    return document.blocks().stream().map(block -> block.kind() + (block.level() > 0 ? " " + block.level() : "") + ": "
        + document.text().substring(block.charStart(), block.charEnd()).replace("\n", "/")).toList();
  }

  @Test
  void markdownIsOutlined() {
    ParsedDocument document = parse("""
        ---
        title: x
        ---
        # One #
        Text of
        two lines.
        - a
        - b

        Two
        ===
        ```
        # no heading

        code
        ```
        | a | b |
        |---|---|
        | 1 | 2 |
        """, "a.md");

    assertThat(outline(document)).containsExactly("CODE: ---/title: x/---", "HEADING 1: # One #",
        "PARAGRAPH: Text of/two lines.", "LIST: - a/- b", "HEADING 1: Two/===", "CODE: ```/# no heading//code/```",
        "TABLE: | a | b |/|---|---|/| 1 | 2 |");
  }

  @Test
  void otherMarkupIsOutlined() {
    assertThat(outline(parse("= T\n\ntext\n\n== S\n----\ncode\n----\n", "a.adoc"))).containsExactly("HEADING 1: = T",
        "PARAGRAPH: text", "HEADING 2: == S", "CODE: ----/code/----");
    assertThat(outline(parse("====\nBook\n====\n\nChapter\n=======\n\ntext\n\nPart\n----\n\nmore", "a.rst")))
        .containsExactly(
            "HEADING 1: ====/Book/====", "HEADING 2: Chapter/=======", "PARAGRAPH: text", "HEADING 3: Part/----",
            "PARAGRAPH: more");
    assertThat(outline(parse("第一章 总则\n\n内容。\n\nChapter 2 Fees\n\ntext", "a.txt"))).containsExactly("HEADING 2: 第一章 总则",
        "PARAGRAPH: 内容。", "HEADING 2: Chapter 2 Fees", "PARAGRAPH: text");
    assertThat(outline(parse("a,b\n\n1,2", "a.csv"))).containsExactly("TABLE: a,b//1,2");
    assertThat(outline(parse("class A {\n\n}", "A.java"))).containsExactly("CODE: class A {//}");
  }

  @Test
  void textWithoutANameIsReadAsMarkdownIfItLooksLikeIt() {
    byte[] bytes = Fixtures.utf8("Intro.\n\n## Part\n\nText.");

    for (String mediaType : new String[]{null, "text/plain", "application/octet-stream"}) {
      assertThat(TextDocumentParser.accepts(bytes, "Title of it", mediaType)).isTrue();
      assertThat(parser.parse(ParseRequest.ofBytes(bytes, null, mediaType)).blocks()).extracting(Block::kind)
          .containsExactly(Kind.PARAGRAPH, Kind.HEADING, Kind.PARAGRAPH);
    }
  }

  @Test
  void onlyTextIsAccepted() {
    assertThat(TextDocumentParser.accepts(Fixtures.pdf("a"), "a.txt", "text/plain")).isFalse();
    assertThat(TextDocumentParser.accepts(Fixtures.docx(), null, null)).isFalse();
    assertThat(TextDocumentParser.accepts(Fixtures.utf8("<!DOCTYPE html><p>a"), null, null)).isFalse();
    assertThat(TextDocumentParser.accepts(Fixtures.utf8("<p>a"), "a.html", null)).isFalse();
    assertThat(TextDocumentParser.accepts(Fixtures.utf8("{\\rtf1 a}"), null, "text/plain")).isFalse();
    assertThat(TextDocumentParser.accepts("a".getBytes(StandardCharsets.UTF_16), "a.txt", null)).isTrue();
  }

  @Test
  void brokenUtf8KeepsItsGoodCharacters() {
    byte[] bytes = Fixtures.utf8("价格是一百元，税费另计。第二句在这里。价格 x");
    bytes[bytes.length - 1] = (byte) 0xFF;

    String text = parser.parse(ParseRequest.ofBytes(bytes, "a.txt", null)).text();

    assertThat(text).startsWith("价格是一百元，税费另计。").endsWith("\uFFFD");
  }

  @Test
  void charactersThatWouldSplitOrHideWordsAreNormalised() {
    assertThat(parse("e\u0301tude\u00A0of\u00ADfice \uFB01le ⽤⼾\r\nnext\u200B\rlast", "a.txt").text())
        .isEqualTo("\u00E9tude office file 用户\nnext\nlast");
  }

  @Test
  void binaryContentUnderATextNameIsRefused() {
    byte[] bytes = new byte[2000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i % 29);
    }

    assertThatThrownBy(() -> parser.parse(ParseRequest.ofBytes(bytes, "a.txt", null)))
        .isInstanceOf(SelfRagException.class)
        .extracting("code").isEqualTo(ErrorCode.UNSUPPORTED_FORMAT);
  }

  @Test
  void noLineTakesMoreThanLinearTime() {
    String blanks = " ".repeat(500_000);
    for (String line : List.of("|" + blanks + "|", "`".repeat(500_000), "|" + "-".repeat(500_000) + "|x", "- " + blanks,
        "=".repeat(500_000) + "x", "#".repeat(500_000), "第" + "一".repeat(500_000))) {
      for (String name : List.of("a.md", "a.rst", "a.adoc", "a.txt")) {
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5),
            () -> parse("a|b\n" + line + "\n" + line + "\nx", name));
      }
    }
  }
}
