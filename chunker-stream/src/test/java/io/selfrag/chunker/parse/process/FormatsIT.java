package io.selfrag.chunker.parse.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

import io.selfrag.chunker.parse.Block;
import io.selfrag.chunker.parse.ParseRequest;
import io.selfrag.chunker.parse.ParsedDocument;
import io.selfrag.chunker.parse.TestData;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/** Files of many makers and formats, each with what must come out of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FormatsIT {
  private ProcessDocumentParser parser;

  @BeforeAll
  void startProcess() {
    parser = new ProcessDocumentParser(ProcessParserSettings.of(1));
  }

  @AfterAll
  void stopProcess() {
    parser.close();
  }

  private record Row(Path file, String name, String expected) {}

  @TestFactory
  Stream<DynamicTest> everyFileGivesItsTextOrItsFailure() throws IOException {
    Path formats = TestData.folder("formats");
    return Files.readAllLines(formats.resolve("MANIFEST.tsv")).stream().skip(1).map(line -> line.split("\t", -1))
        .map(columns -> new Row(formats.resolve(columns[0]), columns[0], columns[4]))
        .map(row -> DynamicTest.dynamicTest(row.name(), () -> check(row)));
  }

  private void check(Row row) {
    String found = textOrCode(row.file());

    switch (row.expected().split("[:;] ", 3)[0].equals("expected") ? row.expected().split("[:;] ", 3)[1] : "text") {
      case "text" -> assertThat(found).contains(comparable(row.expected()));
      case "empty" -> assertThat(found).isEqualTo(ErrorCode.EMPTY_DOCUMENT.name());
      case "no text layer" ->
        assertThat(found).isIn(ErrorCode.NO_TEXT_LAYER.name(), ErrorCode.UNSUPPORTED_FORMAT.name());
      case "hostile" ->
        assertThat(found).isIn(Set.of(ErrorCode.UNSUPPORTED_FORMAT.name(), ErrorCode.ARCHIVE_LIMIT.name(),
            ErrorCode.CORRUPT.name(), ErrorCode.EMPTY_DOCUMENT.name()));
      case "error" -> {
        if (row.expected().contains("encrypted")) {
          assertThat(found).isEqualTo(ErrorCode.ENCRYPTED.name());
        } else if (!row.name().equals("pdf/truncated.pdf")) {
          // half a PDF still has half its text, which is as right as a failure
          assertThat(found).isEqualTo(ErrorCode.CORRUPT.name());
        }
      }
      default -> throw new AssertionError("no rule for " + row.expected());
    }
  }

  private String textOrCode(Path file) {
    try {
      return comparable(parse(file).text());
    } catch (SelfRagException e) {
      return e.code().name();
    }
  }

  private ParsedDocument parse(Path file) {
    return parser.parse(ParseRequest.ofFile(file, file.getFileName().toString(), null));
  }

  private static String comparable(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC).replaceAll("\\s+", " ");
  }

  @Test
  void columnsOfAPageAreReadOneAfterTheOther() {
    String text = comparable(parse(TestData.folder("formats").resolve("pdf/two-column-paper.pdf")).text());

    assertThat(text)
        .contains("Open-domain question answering relies on efficient passage retrieval to select candidate contexts")
        .doesNotContain("ﬁ").doesNotContain("ﬂ");
  }

  @Test
  void chaptersOfABookKeepTheirOrder() {
    String text = parse(TestData.folder("formats").resolve("epub/two-chapters.epub")).text();

    assertThat(text).contains("The previous headings were subchapters");
  }

  @Test
  void aScriptThatIsClosedBadlyIsStillNotText() {
    assertThat(parse(TestData.folder("formats").resolve("html/broken-script.html")).text())
        .doesNotContain("cool script");
  }

  @Test
  void quarterlyReportsHaveTextOnEveryPage() throws IOException {
    try (Stream<Path> reports = Files.list(TestData.folder("e2e/sec-10-q-aapl/docs"))) {
      for (Path report : reports.sorted().toList()) {
        ParsedDocument document = parse(report);

        assertThat(comparable(document.text())).contains("Apple Inc.", "FORM 10-Q");
        var pages = document.blocks().stream().filter(block -> block.kind() == Block.Kind.PARAGRAPH).map(Block::page)
            .distinct()
            .toList();
        assertThat(pages).hasSizeGreaterThan(20).isSorted().startsWith(1);
      }
    }
  }
}
