package io.selfrag.generation.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.selfrag.generation.chat.ChatModel;
import io.selfrag.generation.chat.ChatModelContract;
import io.selfrag.generation.chat.ChatPiece;
import io.selfrag.generation.chat.Sampling;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/**
 * What every adapter promises of any server that speaks its protocol, a real one or a stub: its streams, its refusals, and what
 * becomes of a call whose line is cut, falls silent or is left. The line is one of ours, so the server need not misbehave.
 */
public abstract class ChatServerContract extends ChatModelContract {
  /** Of an answer with its head: it has begun by then and is not at its end. */
  private static final int BEGUN = 600;

  /** The dialect's model. */
  protected abstract ChatModel open(RemoteChat remote, InstantSource clock);

  /** The base URL of a server that behaves. */
  protected abstract URI server();

  /** A model that it has. */
  protected abstract String model();

  /** How long a whole answer may take. */
  protected abstract Duration patience();

  @Override
  protected ChatModel open() {
    return open(remote(server(), model(), 0, 100, patience()), InstantSource.system());
  }

  private RemoteChat remote(URI url, String model, int retries, int tokens, Duration idle) {
    return new RemoteChat(url, model, Duration.ofSeconds(5), patience(), idle, retries, 4_096,
        new Sampling(0.0, tokens, List.of()));
  }

  private void byALine(int retries, Duration idle, BiConsumer<Relay, ChatModel> test) {
    try (var line = new Relay(server());
        ChatModel model = open(remote(line.url(), model(), retries, 100, idle), InstantSource.system())) {
      test.accept(line, model);
    }
  }

  private List<ChatPiece> whole(ChatModel model) {
    return Objects.requireNonNull(model.stream(prompt()).collectList().block(patience()));
  }

  private SelfRagException unavailable(ChatModel model) {
    var thrown = catchThrowableOfType(SelfRagException.class, () -> whole(model));
    assertThat(thrown.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
    return thrown;
  }

  @Test
  void anAnswerComesInSeveralPiecesAndCountsItsTokens() {
    try (ChatModel model = open()) {
      var pieces = whole(model);

      assertThat(pieces).hasSizeGreaterThan(2);
      assertThat(((ChatPiece.End) pieces.getLast()).usage()).satisfies(it -> {
        assertThat(it.promptTokens()).isPositive();
        assertThat(it.completionTokens()).isPositive();
      });
    }
  }

  @Test
  void anAnswerEndsAtTheTokensThatItMayHaveAndSaysSo() {
    try (ChatModel model = open(remote(server(), model(), 0, 2, patience()), InstantSource.system())) {
      assertThat(((ChatPiece.End) whole(model).getLast()).finish()).isEqualTo(ChatPiece.Finish.LENGTH);
    }
  }

  @Test
  void aModelThatTheServerLacksIsUnavailable() {
    try (ChatModel model = open(remote(server(), "no-such-model:1b", 0, 100, patience()), InstantSource.system())) {
      assertThat(unavailable(model).detail()).contains("no-such-model");
    }
  }

  @Test
  void anAnswerWhoseLineIsCutIsAFailureAndNotAShortAnswer() {
    byALine(3, patience(), (line, model) -> {
      line.holdAfter(BEGUN);

      StepVerifier.create(model.stream(prompt())).expectNextMatches(ChatPiece.Text.class::isInstance)
          .then(line::cut).thenConsumeWhile(ChatPiece.Text.class::isInstance)
          .expectErrorMatches(it -> it instanceof SelfRagException failure
              && failure.code() == ErrorCode.MODEL_UNAVAILABLE)
          .verify(patience());
      assertThat(line.calls()).as("what was heard is not asked for again").isEqualTo(1);
    });
  }

  @Test
  void aCallWhoseLineIsCutBeforeAnAnswerIsMadeAgain() {
    byALine(1, patience(), (line, model) -> {
      line.cutAfter(0);

      assertThat(text(whole(model))).isNotBlank();
      assertThat(line.calls()).isEqualTo(2);
    });
  }

  @Test
  void anAnswerWhoseLineFallsSilentIsGivenUp() {
    byALine(0, Duration.ofSeconds(1), (line, model) -> {
      line.holdAfter(BEGUN);

      assertThat(unavailable(model).detail()).contains("in time");
      await().atMost(patience()).until(() -> line.hungUp() == 1);
    });
  }

  @Test
  void leavingAnAnswerHangsUpOnTheServer() {
    byALine(0, patience(), (line, model) -> {
      line.holdAfter(BEGUN);

      StepVerifier.create(model.stream(prompt())).expectNextCount(1).thenCancel().verify(patience());

      await().atMost(patience()).until(() -> line.hungUp() == 1);
    });
  }

  @Test
  void aServerThatCannotBeReachedIsUnavailable() {
    var line = new Relay(server());
    line.close();
    try (ChatModel model = open(remote(line.url(), model(), 0, 100, patience()), InstantSource.system())) {
      unavailable(model);
      assertThat(catchThrowableOfType(SelfRagException.class, model::check).code())
          .isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
    }
  }
}
