package io.selfrag.chunker.parse.tika.pdf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.pdf.PDFParser;
import org.apache.tika.parser.pdf.PDFParserConfig;
import org.apache.tika.sax.BodyContentHandler;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import io.selfrag.chunker.parse.ParseRequest;
import io.selfrag.chunker.parse.TestData;
import io.selfrag.chunker.parse.text.TextNormalizer;
import io.selfrag.chunker.parse.tika.TikaDocumentParser;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/** Marking headings and tables moves and drops nothing of the text that Tika's own parser reads. */
class NoCharacterLostTest {

  @TestFactory
  Stream<DynamicTest> theBlocksOfEveryPdfHoldTheTextOfTheFile() throws IOException {
    return Stream.of("formats", "e2e").map(TestData::folder).flatMap(NoCharacterLostTest::pdfs)
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
          byte[] bytes = Files.readAllBytes(file);
          String expected = textOrFailure(new PDFParser(), bytes);
          try (var parser = new TikaDocumentParser()) {
            String found = parser.parse(ParseRequest.ofBytes(bytes, "a.pdf", null)).text();

            assertThat(comparable(found)).isEqualTo(comparable(expected));
          } catch (SelfRagException e) {
            assertThat(e.code()).isIn(ErrorCode.ENCRYPTED, ErrorCode.NO_TEXT_LAYER, ErrorCode.CORRUPT);
            assertThat(expected).as("a file that fails").matches("(.*Exception.*)?");
          }
        }));
  }

  /** Without what is added between cells, and the hyphens that go when the halves of a word are joined. */
  private static String comparable(String text) {
    return Spaces.without(TextNormalizer.normalize(text)).replaceAll("[-\\u2010\\u00AD|]", "");
  }

  @Test
  void pagesOfAnyLayoutKeepTheirTextInItsOrder() {
    for (int seed = 0; seed < 60; seed++) {
      try (var pdf = new PrintedPdf()) {
        print(pdf, new Random(seed));
        byte[] bytes = pdf.bytes();

        assertThat(textOrFailure(new StructuredPdfParser(), bytes)).as("seed %d", seed)
            .isEqualTo(textOrFailure(new PDFParser(), bytes));
      }
    }
  }

  private static void print(PrintedPdf pdf, Random random) {
    for (int i = 0; i < 40; i++) {
      String text = "word ".repeat(1 + random.nextInt(8)).strip() + i;
      switch (random.nextInt(8)) {
        case 0 -> pdf.line(10 + random.nextInt(10), random.nextBoolean(), text);
        case 1 -> pdf.row(60, text, 250 + random.nextInt(60), "|" + i, 420, "$", 430 + random.nextInt(40), "9 %");
        case 2, 3 -> pdf.row(60, "r" + i, 200, String.valueOf(random.nextInt(10_000)), 300, "c");
        case 4 -> pdf.column(60 + random.nextInt(200), text, "b" + i, "c").at(pdf.height() + 13 * random.nextInt(4));
        case 5 -> pdf.down(random.nextInt(30) - 15);
        case 6 -> pdf.tagged("H" + (1 + random.nextInt(6)), text);
        default -> pdf.text(text, text);
      }
      if (pdf.height() < 60) {
        pdf.newPage();
      }
    }
  }

  private static Stream<Path> pdfs(Path folder) {
    try {
      return Files.walk(folder).filter(file -> file.toString().endsWith(".pdf"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aPageOfHeadingsTablesAndTextKeepsItsTextInItsOrder() {
    try (var pdf = new PrintedPdf()) {
      pdf.line(18, true, "Freight | and its pipes |").text("Some text, then | a table:").down(10)
          .row(60, "|", 200, "12", 300, "1 |").row(60, "a |", 200, "13", 300, "2").row(60, "b", 200, "14", 300, "|")
          .row(60, "c").line(12, true, "A heading").column(60, "one", "two").column(300, "three", "four");
      byte[] bytes = pdf.bytes();

      assertThat(textOrFailure(new StructuredPdfParser(), bytes)).isEqualTo(textOrFailure(new PDFParser(), bytes))
          .contains("Freight|anditspipes|");
    }
  }

  /** The text without white space, or what the failure says. */
  private static String textOrFailure(PDFParser parser, byte[] bytes) {
    var context = new ParseContext();
    var config = new PDFParserConfig();
    config.setExtractAnnotationText(false);
    config.setExtractBookmarksText(false);
    config.setDetectAngles(true);
    config.setCatchIntermediateIOExceptions(true);
    context.set(PDFParserConfig.class, config);
    var text = new BodyContentHandler(-1);
    try (var stream = TikaInputStream.get(bytes)) {
      parser.parse(stream, text, new Metadata(), context);
      return Spaces.without(text.toString());
    } catch (Exception e) {
      return Spaces.without(text.toString()) + e;
    }
  }
}
