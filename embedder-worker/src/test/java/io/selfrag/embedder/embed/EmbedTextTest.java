package io.selfrag.embedder.embed;

import static io.selfrag.embedder.Chunks.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.embedder.ScriptedEmbedder;
import org.junit.jupiter.api.Test;

class EmbedTextTest {
  private final ScriptedEmbedder embedder = new ScriptedEmbedder();

  @Test
  void titleAndHeadingsStandInFrontOfTheText() {
    assertThat(textOf("Guide > Setup", "press the button")).isEqualTo("Guide > Setup\n\npress the button");
  }

  @Test
  void aTextWithoutContextIsEmbeddedAsItIs() {
    assertThat(textOf(" ", "press the button")).isEqualTo("press the button");
  }

  @Test
  void whereBothTogetherAreTooLongTheTextIsKeptWhole() {
    var text = "word ".repeat(embedder.maxTokens() - 1).strip();

    assertThat(textOf("two words", text)).isEqualTo(text);
  }

  @Test
  void whereBothTogetherJustFitNothingIsLeftOut() {
    var text = "word ".repeat(embedder.maxTokens() - 2).strip();

    assertThat(textOf("two words", text)).startsWith("two words\n\n").endsWith(text);
  }

  private String textOf(String context, String text) {
    return EmbedText.of(chunk(0, ScriptedEmbedder.MODEL, context, text, 5).getChunk(), embedder);
  }
}
