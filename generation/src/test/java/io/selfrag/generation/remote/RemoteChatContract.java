package io.selfrag.generation.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.selfrag.generation.chat.ChatModel;
import io.selfrag.generation.chat.ChatPiece;
import io.selfrag.generation.chat.Sampling;
import io.selfrag.generation.remote.StubChatServer.Ending;
import io.selfrag.generation.remote.StubChatServer.Script;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.test.StepVerifier;

/** The contract of servers against a stub, plus what every dialect makes of a server's own failures, slowness and silence. */
public abstract class RemoteChatContract extends ChatServerContract {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static StubChatServer shared;

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

  /** The dialect's base URL on a server. */
  protected abstract URI baseUrl(URI server);

  @BeforeAll
  static void startServer() {
    shared = new StubChatServer();
  }

  @AfterAll
  static void stopServer() {
    shared.close();
  }

  @Override
  protected final URI server() {
    return baseUrl(shared.url());
  }

  @Override
  protected final String model() {
    return StubChatServer.MODEL;
  }

  @Override
  protected final Duration patience() {
    return LIMIT;
  }

  @Test
  void textComesAsItIsWrittenAndTheUsageAtTheEnd() {
    withServer(0, (stub, model) -> {
      stub.say(Ending.WELL, "The badger ", "digs", ".\n");

      var pieces = answer(model);

      assertThat(pieces).containsExactly(new ChatPiece.Text("The badger "), new ChatPiece.Text("digs"),
          new ChatPiece.Text(".\n"), new ChatPiece.End(new ChatPiece.Usage(11, 7), ChatPiece.Finish.STOP));
    });
  }

  @Test
  void anAnswerThatWasTooLongSaysSo() {
    withServer(0, (stub, model) -> {
      stub.say(Ending.LENGTH, "The badger");

      assertThat(((ChatPiece.End) answer(model).getLast()).finish()).isEqualTo(ChatPiece.Finish.LENGTH);
    });
  }

  @Test
  void theWholeConversationGoesIn() {
    withServer(0, (stub, model) -> {
      answer(model);

      assertThat(stub.chats()).singleElement().satisfies(it -> {
        assertThat(it.prompt()).startsWith("system: Answer in one short sentence.\nuser: Where does the badger");
        assertThat(it.body().path("stream").asBoolean()).isTrue();
      });
    });
  }

  @ParameterizedTest
  @CsvSource({"404", "401", "403"})
  void whatAnOperatorMustMendIsNotTriedAgain(int status) {
    withServer(3, (stub, model) -> {
      stub.refuse(status, "{\"error\":\"no, secret prompt\"}");

      var thrown = failure(model);

      assertThat(thrown.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
      assertThat(thrown.detail()).contains(String.valueOf(status)).doesNotContain("secret");
      assertThat(stub.chats()).hasSize(1);
    });
  }

  @ParameterizedTest
  @CsvSource({"429", "500", "502", "503"})
  void whatMayPassIsTriedAgain(int status) {
    withServer(2, (stub, model) -> {
      stub.refuse(status, "{\"error\":\"busy\"}");
      stub.refuse(status, "{\"error\":\"busy\"}");

      assertThat(text(answer(model))).isEqualTo("The stub says hello.");
      assertThat(stub.chats()).hasSize(3);
    });
  }

  @Test
  void triesAreBounded() {
    withServer(1, (stub, model) -> {
      stub.refuse(503, "{}");
      stub.refuse(503, "{}");

      var thrown = failure(model);

      assertThat(thrown.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
      assertThat(thrown.isTransient()).isTrue();
      assertThat(stub.chats()).hasSize(2);
    });
  }

  @Test
  void aLongPauseThatTheServerAsksForIsLeftToTheCaller() {
    withServer(2, (stub, model) -> {
      stub.play(new Script.Refusal(429, "{}", Map.of("Retry-After", "30")));

      assertThat(failure(model).retryAfter()).contains(Duration.ofSeconds(30));
      assertThat(stub.chats()).hasSize(1);
    });
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"400|the input exceeds the context length|PAYLOAD_TOO_LARGE",
      "413|too much|PAYLOAD_TOO_LARGE", "400|bad option|INVALID_REQUEST"})
  void aPromptThatIsAtFaultIsTheCallersAndNotTheServers(int status, String message, ErrorCode code) {
    withServer(2, (stub, model) -> {
      for (int i = 0; i < CircuitBreaker.FAILURES_TO_OPEN; i++) {
        stub.refuse(status, "{\"error\":\"" + message + "\"}");
        assertThat(failure(model).code()).isEqualTo(code);
      }

      assertThat(text(answer(model))).as("the breaker stays closed").isNotBlank();
      assertThat(stub.chats()).hasSize(CircuitBreaker.FAILURES_TO_OPEN + 1);
    });
  }

  @ParameterizedTest
  @CsvSource({"CUT", "WITHOUT_MARK", "ERROR"})
  void anAnswerThatBreaksOffIsAFailureAndNotAShortAnswer(Ending ending) {
    withServer(3, (stub, model) -> {
      stub.say(ending, "The badger ", "digs ");

      StepVerifier.create(model.stream(prompt())).expectNext(new ChatPiece.Text("The badger "))
          .expectNext(new ChatPiece.Text("digs ")).expectErrorMatches(RemoteChatContract::isUnavailable).verify(LIMIT);
      assertThat(stub.chats()).as("what was heard is not asked for again").hasSize(1);
    });
  }

  @Test
  void aServerThatFallsSilentIsGivenUpAndLeft() {
    try (StubChatServer stub = new StubChatServer();
        ChatModel model = open(remote(stub, 0, LIMIT, Duration.ofMillis(200)), now::get)) {
      stub.say(Ending.SILENCE, "The badger ");

      StepVerifier.create(model.stream(prompt())).expectNext(new ChatPiece.Text("The badger "))
          .expectErrorMatches(RemoteChatContract::isUnavailable).verify(LIMIT);
    }
  }

  @Test
  void aServerThatNeverComesToItsEndIsGivenUp() {
    try (StubChatServer stub = new StubChatServer();
        ChatModel model = open(remote(stub, 0, Duration.ofMillis(300), LIMIT), now::get)) {
      stub.say(Ending.NEVER, "The badger ");

      assertThat(failure(model).code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
      await().atMost(LIMIT).until(() -> stub.abandoned() == 1);
    }
  }

  @Test
  void cancellingEndsTheCallAtTheServer() {
    withServer(0, (stub, model) -> {
      stub.say(Ending.NEVER, "The badger ");

      StepVerifier.create(model.stream(prompt())).expectNext(new ChatPiece.Text("The badger ")).thenCancel()
          .verify(LIMIT);

      await().atMost(LIMIT).until(() -> stub.abandoned() == 1);
    });
  }

  @Test
  void cancellingBeforeTheFirstPieceEndsTheCallToo() {
    withServer(0, (stub, model) -> {
      stub.say(Ending.LOADING);
      var call = model.stream(prompt()).subscribe();
      await().atMost(LIMIT).until(() -> stub.chats().size() == 1);

      call.dispose();

      await().atMost(LIMIT).until(() -> stub.abandoned() == 1);
    });
  }

  @Test
  void aServerThatKeepsFailingIsLeftAloneForAMoment() {
    withServer(0, (stub, model) -> {
      for (int i = 0; i < CircuitBreaker.FAILURES_TO_OPEN; i++) {
        stub.refuse(500, "{}");
        failure(model);
      }

      assertThat(failure(model).detail()).contains("left alone");
      assertThat(stub.chats()).hasSize(CircuitBreaker.FAILURES_TO_OPEN);

      now.updateAndGet(it -> it.plus(CircuitBreaker.PAUSE));
      assertThat(text(answer(model))).isEqualTo("The stub says hello.");
      assertThat(text(answer(model))).isEqualTo("The stub says hello.");
    });
  }

  @Test
  void anAnswerThatCannotBeReadIsAFailure() {
    withServer(0, (stub, model) -> {
      stub.play(new Script.Refusal(200, "<html>proxy</html>", Map.of()));

      assertThat(failure(model).code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
    });
  }

  protected final void withServer(int retries, BiConsumer<StubChatServer, ChatModel> test) {
    try (StubChatServer stub = new StubChatServer();
        ChatModel model = open(remote(stub, retries, LIMIT, LIMIT), now::get)) {
      test.accept(stub, model);
    }
  }

  protected static List<ChatPiece> answer(ChatModel model) {
    return Objects.requireNonNull(model.stream(prompt()).collectList().block(LIMIT));
  }

  private static SelfRagException failure(ChatModel model) {
    return catchThrowableOfType(SelfRagException.class, () -> answer(model));
  }

  private static boolean isUnavailable(Throwable thrown) {
    return thrown instanceof SelfRagException it && it.code() == ErrorCode.MODEL_UNAVAILABLE;
  }

  private RemoteChat remote(StubChatServer stub, int retries, Duration timeout, Duration idle) {
    return new RemoteChat(baseUrl(stub.url()), StubChatServer.MODEL, Duration.ofSeconds(5), timeout, idle, retries,
        4_096, new Sampling(0.1, 100, List.of()));
  }
}
