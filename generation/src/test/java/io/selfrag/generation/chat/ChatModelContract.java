package io.selfrag.generation.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.chat.ChatPrompt.Grounding;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What every chat model promises. */
public abstract class ChatModelContract {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  protected abstract ChatModel open();

  @Test
  void anAnswerIsPiecesOfTextAndOneEnd() {
    try (ChatModel model = open()) {
      var pieces = Objects.requireNonNull(model.stream(prompt()).collectList().block(LIMIT));

      assertThat(pieces.getLast()).isInstanceOf(ChatPiece.End.class);
      assertThat(pieces.subList(0, pieces.size() - 1)).isNotEmpty().allMatch(ChatPiece.Text.class::isInstance);
      assertThat(text(pieces)).isNotBlank();
    }
  }

  @Test
  void eachSubscriberGetsAnAnswerOfItsOwn() {
    try (ChatModel model = open()) {
      var answer = model.stream(prompt());

      assertThat(text(Objects.requireNonNull(answer.collectList().block(LIMIT)))).isNotBlank();
      assertThat(text(Objects.requireNonNull(answer.collectList().block(LIMIT)))).isNotBlank();
    }
  }

  @Test
  void itSaysThatItIsThere() {
    try (ChatModel model = open()) {
      model.check();

      assertThat(model.id().model()).isNotBlank();
    }
  }

  public static ChatPrompt prompt() {
    var passage = new Evidence(new UUID(0, 1), "Badgers", "The badger digs a burrow in sandy soil.", null);
    return new ChatPrompt(
        List.of(ChatMessage.system("Answer in one short sentence."),
            ChatMessage.user("Where does the badger dig its burrow? It digs a burrow in sandy soil.")),
        Sampling.USUAL, new Grounding("Where does the badger dig its burrow?", List.of(passage)));
  }

  public static String text(List<ChatPiece> pieces) {
    return pieces.stream().filter(ChatPiece.Text.class::isInstance).map(it -> ((ChatPiece.Text) it).text())
        .collect(Collectors.joining());
  }
}
