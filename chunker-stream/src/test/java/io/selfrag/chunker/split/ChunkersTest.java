package io.selfrag.chunker.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Nested;
import io.selfrag.chunker.parse.Block;
import io.selfrag.chunker.parse.ParsedDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.selfrag.embedding.onnx.OnnxModel;
import io.selfrag.embedding.onnx.OnnxTokenCounters;
import io.selfrag.schemas.chunkers.ChunkerCatalogue;
import io.selfrag.schemas.chunkers.ChunkerDescription;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

class ChunkersTest {

  private abstract static class Named extends ChunkerContract {
    private final String name;
    private final Map<String, Object> parameters;
    private final int limit;

    Named(String name, Map<String, Object> parameters, int limit) {
      this.name = name;
      this.parameters = parameters;
      this.limit = limit;
    }

    @Override
    Chunker chunker() {
      return Chunkers.of(name, parameters, COUNTER);
    }

    @Override
    int limit() {
      return limit;
    }
  }

  @Nested
  class Recursive extends Named {
    Recursive() {
      super("recursive", Map.of(), 400);
    }
  }

  @Nested
  class RecursiveWithOverlap extends Named {
    RecursiveWithOverlap() {
      super("recursive", Map.of("size", 120, "overlap", 30), 120);
    }
  }

  @Nested
  class Simple extends Named {
    Simple() {
      super("simple", Map.of("overlap", 40), 400);
    }
  }

  @Nested
  class SlidingWindow extends Named {
    SlidingWindow() {
      super("sliding_window", Map.of(), 256);
    }
  }

  @Nested
  class Markdown extends Named {
    Markdown() {
      super("markdown", Map.of(), 400);
    }
  }

  @Nested
  class Code extends Named {
    Code() {
      super("code", Map.of(), 300);
    }
  }

  @Nested
  class Sentence extends Named {
    Sentence() {
      super("sentence", Map.of("overlap_sentences", 1), 200);
    }
  }

  @Nested
  class Token extends Named {
    Token() {
      super("token", Map.of("overlap", 16), 256);
    }
  }

  @Nested
  class ParentChild extends Named {
    ParentChild() {
      super("parent_child", Map.of(), 200);
    }

    @Test
    void everyChildLiesInItsParent() {
      var texts = new RandomTexts(7);

      for (TextChunk chunk : chunker().split(Documents.markdown(String.join("\n\n", texts.paragraphs(80))))) {
        assertThat(chunk.parentText()).contains(chunk.text());
      }
    }
  }

  @Test
  void everyChunkerOfTheCatalogueCanBeBuiltFromItsDefaults() {
    for (ChunkerDescription description : ChunkerCatalogue.all()) {
      var parameters = new java.util.HashMap<String, Object>();
      description.parameters().forEach(parameter -> parameters.put(parameter.name(), parameter.defaultValue()));

      assertThat(Chunkers.of(description.name(), parameters, ChunkerContract.COUNTER)).isNotNull();
    }
  }

  @Test
  void anUnknownNameIsRefusedWithTheNamesThatExist() {
    assertThatThrownBy(() -> Chunkers.of("magic", Map.of(), ChunkerContract.COUNTER))
        .isInstanceOf(SelfRagException.class)
        .hasMessageContaining("There is no chunker \"magic\"").hasMessageContaining("parent_child")
        .extracting("code").isEqualTo(ErrorCode.INVALID_CHUNKER);
  }

  @Test
  void wrongParametersAreRefusedWithASentence() {
    assertRefused("recursive", Map.of("sise", 3), "has no parameter \"sise\"; it knows size, overlap");
    assertRefused("recursive", Map.of("size", "many"), "whole number");
    assertRefused("recursive", Map.of("size", 2.5), "whole number");
    assertRefused("recursive", Map.of("size", 1), "from 16 to 8192");
    assertRefused("recursive", Map.of("size", 100, "overlap", 50), "below half");
    assertRefused("sliding_window", Map.of("size", 100, "step", 101), "not above \"size\"");
    assertRefused("parent_child", Map.of("parent_size", 100, "child_size", 200), "not above \"parent_size\"");
  }

  private static void assertRefused(String name, Map<String, Object> parameters, String sentence) {
    assertThatThrownBy(() -> Chunkers.of(name, parameters, ChunkerContract.COUNTER))
        .isInstanceOf(SelfRagException.class)
        .hasMessageContaining(sentence).extracting("code").isEqualTo(ErrorCode.INVALID_CHUNKER);
  }

  @Test
  void aSizeAboveTheModelLeavesRoomForTheContext() {
    Chunker chunker = Chunkers.of("recursive", Map.of("size", 4000), ChunkerContract.COUNTER, 510);

    var chunks = chunker.split(Documents.markdown(String.join("\n\n", new RandomTexts(3).paragraphs(100))));

    assertThat(chunks).allMatch(chunk -> chunk.tokens() <= 400);
  }

  /** Text without headings, and even without paragraphs, restarts as well. */
  @Test
  void s11AnEditInALongRunWithoutStructureStaysLocal() {
    for (String separator : new String[]{"\n\n", "\n", " "}) {
      for (boolean chinese : new boolean[]{true, false}) {
        var texts = new RandomTexts(11);
        var paragraphs = new java.util.ArrayList<String>();
        for (int i = 0; i < 600; i++) {
          paragraphs.add(texts.paragraph(1 + texts.below(8), chinese));
        }
        Chunker chunker = Chunkers.of("recursive", Map.of(), ChunkerContract.COUNTER);
        var known = new java.util.HashSet<String>();
        chunker.split(Documents.markdown(String.join(separator, paragraphs))).forEach(chunk -> known.add(chunk.text()));
        paragraphs.set(3, paragraphs.get(3) + (chinese ? "插入一句话。" : " One sentence more."));

        var updated = chunker.split(Documents.markdown(String.join(separator, paragraphs)));

        assertThat(updated).hasSizeGreaterThan(100);
        assertThat(updated.stream().filter(chunk -> !known.contains(chunk.text())).count()).isBetween(1L, 8L);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void noChunkOfAnyChunkerExceedsItsLimitInTheModelsOwnTokens(OnnxModel model) {
    var counter = OnnxTokenCounters.load(model);
    for (ChunkerDescription description : ChunkerCatalogue.all()) {
      Chunker chunker = Chunkers.of(description.name(), Map.of(), counter);
      int limit = description.parameters().stream()
          .filter(parameter -> parameter.name().equals("size") || parameter.name().equals("child_size")).findFirst()
          .map(parameter -> Math.min(400, parameter.defaultValue())).orElseThrow();
      for (int seed = 0; seed < 6; seed++) {
        var texts = new RandomTexts(seed);
        for (var document : List.of(Documents.markdown(String.join("\n\n", texts.paragraphs(40))),
            Documents.markdown(texts.pathological()), Documents.anything(texts))) {
          assertThat(chunker.split(document)).as("%s, seed %d", description.name(), seed).isNotEmpty()
              .allMatch(chunk -> chunk.tokens() == counter.count(chunk.text()) && chunk.tokens() <= limit);
        }
      }
    }
  }

  @Test
  void everyChunkerOfTheCatalogueIsHeldToTheContract() {
    assertThat(java.util.Arrays.stream(ChunkersTest.class.getDeclaredClasses()).filter(Named.class::isAssignableFrom)
        .filter(type -> type != Named.class).map(type -> named(type).name))
        .containsAll(ChunkerCatalogue.all().stream().map(ChunkerDescription::name).toList());
  }

  private Named named(Class<?> type) {
    try {
      return (Named) type.getDeclaredConstructor(ChunkersTest.class).newInstance(this);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aChunkKnowsItsHeadingsAndItsTable() {
    String rows = "| crate | 40 kg |\n".repeat(200);
    var document = Documents.markdown("# Cargo\n\nIntro.\n\n## Weights\n\n| item | weight |\n|---|---|\n" + rows);

    var chunks = Chunkers.of("markdown", Map.of("size", 100), ChunkerContract.COUNTER).split(document);

    assertThat(chunks.getFirst().headingPath()).isEmpty();
    assertThat(chunks.getLast().headingPath()).containsExactly("Cargo", "Weights");
    assertThat(chunks.getLast().context()).isEqualTo("Cargo > Weights\n| item | weight |");
  }

  @Test
  void aTableWhoseFirstRowHasAmountsKeepsTheColumnHeadsThatStandAboveIt() {
    var chunks = split("Results",
        "What follows was not audited and may change before the year ends, as it has in others.",
        "Three Months Ended", "July 1,\n2023", "June 25,\n2022", "Products | $ 60,584 | $ 63,355\n"
            + "Services | 21,213 | 19,604\n".repeat(60));

    assertThat(chunks.getLast().context())
        .isEqualTo("Results\nThree Months Ended July 1, 2023 June 25, 2022");
  }

  @Test
  void yearsInTheFirstRowOfATableAreItsColumnHeads() {
    var chunks = split("Results", "Sales by quarter", "| Q3 2023 | 2022",
        "Products | $ 60,584 | $ 63,355\n" + "Services | 21,213 | 19,604\n".repeat(60));

    assertThat(chunks.getLast().context()).isEqualTo("Results\n| Q3 2023 | 2022");
  }

  /** A heading, paragraphs, and a table of the last text; a text that begins with a bar is the table's first row. */
  private static List<TextChunk> split(String heading, String... texts) {
    var text = new StringBuilder(heading);
    var blocks = new java.util.ArrayList<>(List.of(new Block(Block.Kind.HEADING, 1, 0, heading.length(), 1)));
    int table = -1;
    for (int i = 0; i < texts.length; i++) {
      text.append(table < 0 ? "\n\n" : "\n");
      int start = table < 0 ? text.length() : table;
      text.append(texts[i].strip());
      boolean last = i == texts.length - 1;
      if (texts[i].startsWith("|")) {
        table = start;
      } else {
        blocks.add(new Block(last ? Block.Kind.TABLE : Block.Kind.PARAGRAPH, 0, start, text.length(), 1));
      }
    }
    return Chunkers.of("recursive", Map.of("size", 100), ChunkerContract.COUNTER)
        .split(new ParsedDocument(text.toString(), "application/pdf", blocks));
  }
}
