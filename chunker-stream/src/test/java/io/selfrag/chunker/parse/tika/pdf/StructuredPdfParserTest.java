package io.selfrag.chunker.parse.tika.pdf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import io.selfrag.chunker.parse.Block.Kind;
import io.selfrag.chunker.parse.ParseRequest;
import io.selfrag.chunker.parse.ParsedDocument;
import io.selfrag.chunker.parse.tika.TikaDocumentParser;

class StructuredPdfParserTest {
  private static final String[] PROSE = {"Freight is weighed before it is loaded, and the weight is written on",
      "the label of each crate. Crates without a label stay in the hall until",
      "somebody has weighed them. The foreman signs the list every evening."};

  private static ParsedDocument parse(Consumer<PrintedPdf> print) {
    try (var pdf = new PrintedPdf()) {
      print.accept(pdf);
      return new TikaDocumentParser().parse(ParseRequest.ofBytes(pdf.bytes(), "a.pdf", null));
    }
  }

  /** Kind, level and text of each block; of running text only its beginning. */
  private static List<String> outline(ParsedDocument document) {
    return document.blocks().stream().filter(block -> block.kind() != Kind.PAGE_BREAK).map(block -> {
      String text = document.text().substring(block.charStart(), block.charEnd()).replace("\n", "/");
      return switch (block.kind()) {
        case HEADING -> "H" + block.level() + " " + text;
        case PARAGRAPH -> "P " + text.substring(0, Math.min(20, text.length()));
        default -> block.kind() + " " + text;
      };
    }).toList();
  }

  @Test
  void largerAndBolderLinesAreHeadingsByTheirRank() {
    var document = parse(pdf -> pdf.line(18, true, "Handling of freight").text(PROSE).down(10)
        .line(14, true, "1 Weighing").text(PROSE).down(10).line(10, true, "1.1 Small crates").text(PROSE).down(10)
        .line(14, true, "2 Loading and a title that needs").down(-12).line(14, true, "a second line").text(PROSE));

    assertThat(outline(document)).containsExactly("H1 Handling of freight", "P Freight is weighed b", "H2 1 Weighing",
        "P Freight is weighed b", "H3 1.1 Small crates", "P Freight is weighed b",
        "H2 2 Loading and a title that needs a second line", "P Freight is weighed b");
  }

  @Test
  void rowsInColumnsAreATableAsInEveryOtherFormat() {
    var document = parse(pdf -> pdf.text(PROSE).down(12).row(60, "Route", 250, "Crates", 350, "Weight")
        .row(60, "North harbour", 250, "12", 350, "480 kg").row(60, "South", 250, "7", 350, "95 kg")
        .row(60, "All routes", 250, "19", 350, "575 kg").down(12).text(PROSE));

    assertThat(outline(document)).containsExactly("P Freight is weighed b",
        "TABLE Route | Crates | Weight/North harbour | 12 | 480 kg/South | 7 | 95 kg/All routes | 19 | 575 kg",
        "P Freight is weighed b");
  }

  @Test
  void numbersAreAlignedAtTheirRightAndALabelBetweenThemBelongsToTheTable() {
    var document = parse(pdf -> pdf.text(PROSE).down(12).row(200, "2022", 300, "2023")
        .row(60, "Sales:").row(60, "Products", 188, "$", 195, "60,584", 288, "$", 295, "63,355")
        .row(60, "Services", 200, "7,213", 306, "604").row(60, "All", 195, "67,797", 295, "63,959").text(PROSE));

    assertThat(outline(document)).contains(
        "TABLE 2022 | 2023/Sales:/Products | $ 60,584 | $ 63,355/Services | 7,213 | 604/All | 67,797 | 63,959");
  }

  @Test
  void aCellOfSeveralLinesIsOneCell() {
    var document = parse(pdf -> {
      pdf.text(PROSE).down(12);
      for (String route : List.of("North", "South", "West")) {
        int top = pdf.height();
        pdf.column(60, route + " harbour").at(top).column(200, "leaves at six", "every morning").at(top)
            .column(350, "in winter at", "seven").down(14);
      }
      pdf.text(PROSE);
    });

    assertThat(outline(document)).contains("TABLE North harbour | leaves at six every morning | in winter at seven/"
        + "South harbour | leaves at six every morning | in winter at seven/"
        + "West harbour | leaves at six every morning | in winter at seven");
  }

  @Test
  void columnsOfAPageAreReadOneAfterTheOtherAndAreNoTable() {
    String[] left = new String[12];
    String[] right = new String[12];
    for (int i = 0; i < 12; i++) {
      left[i] = "left column, its line number " + (i + 1);
      right[i] = "right column, its line number " + (i + 1);
    }
    var document = parse(pdf -> pdf.column(60, left).at(740).column(320, right));

    assertThat(document.text().indexOf("left column, its line number 12"))
        .isLessThan(document.text().indexOf("right column, its line number 1"));
    assertThat(document.blocks()).noneMatch(block -> block.kind() == Kind.TABLE);
  }

  @Test
  void linesThatRunAcrossTwoColumnsOfTextAreNoTable() {
    var document = parse(pdf -> {
      for (int i = 0; i < 12; i++) {
        pdf.row(60, "a line of the left column of running text", 320, "beside one of the right column of running text");
      }
    });

    assertThat(document.blocks()).noneMatch(block -> block.kind() == Kind.TABLE);
  }

  @Test
  void aListIsNoTable() {
    var document = parse(pdf -> pdf.text(PROSE).row(60, "1.", 90, "Apples").row(60, "2.", 90, "Pears")
        .row(60, "3.", 90, "Plums").row(60, "4.", 90, "Quinces"));

    assertThat(document.blocks()).noneMatch(block -> block.kind() == Kind.TABLE);
  }

  @Test
  void whatEveryPageRepeatsIsNoHeading() {
    var document = parse(pdf -> {
      for (int i = 1; i <= 6; i++) {
        pdf.line(14, true, "Handbook, page " + i).down(10).line(14, true, "Chapter " + "ABCDEF".charAt(i - 1))
            .text(PROSE);
        if (i < 6) {
          pdf.newPage();
        }
      }
    });

    assertThat(outline(document)).filteredOn(block -> block.startsWith("H")).containsExactly("H1 Chapter A",
        "H1 Chapter B", "H1 Chapter C", "H1 Chapter D", "H1 Chapter E", "H1 Chapter F");
  }

  @Test
  void emphasisInsideAParagraphIsNoHeading() {
    var document = parse(pdf -> pdf.text(PROSE).down(10).line(10, true, "Never lift a crate without")
        .down(-7).text("a second pair of hands.", "It is too heavy.").down(10).text(PROSE));

    assertThat(document.blocks()).noneMatch(block -> block.kind() == Kind.HEADING);
  }

  @Test
  void aDocumentThatTagsItsHeadingsIsTakenAtItsWord() {
    var document = parse(pdf -> pdf.tagged("H1", "Freight").text(PROSE).down(10).tagged("H2", "Weighing").text(PROSE)
        .down(10).line(16, true, "not tagged, so no heading").text(PROSE));

    assertThat(outline(document)).filteredOn(block -> block.startsWith("H")).containsExactly("H1 Freight",
        "H2 Weighing");
  }

  @Test
  void aBookmarkedLineIsAHeading() {
    var document = parse(pdf -> pdf.bookmark("Weighing").text("Weighing").down(10).text(PROSE));

    assertThat(outline(document)).containsExactly("H1 Weighing", "P Freight is weighed b");
  }

  @Test
  void aDocumentInOneStyleHasNoHeadings() {
    var document = parse(pdf -> pdf.text("Title that nothing sets apart").down(10).text(PROSE));

    assertThat(document.blocks()).noneMatch(block -> block.kind() == Kind.HEADING);
  }
}
