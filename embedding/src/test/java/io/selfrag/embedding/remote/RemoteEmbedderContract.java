package io.selfrag.embedding.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.EmbedderContract;
import io.selfrag.embedding.remote.StubModelServer.Answer;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/** The contract plus what every dialect makes of a server's failures. */
public abstract class RemoteEmbedderContract extends EmbedderContract {
  private static StubModelServer server;

  /** The dialect's embedder of this model. */
  protected abstract Embedder open(RemoteModel model);

  /** The dialect's JSON with one vector, given as a JSON array. */
  protected abstract String answerWith(String vector);

  /** The dialect's base URL on a server. */
  protected abstract URI baseUrl(URI server);

  @BeforeAll
  static void startServer() {
    server = new StubModelServer();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Override
  protected final Embedder open() {
    return open(model(server, Duration.ofSeconds(20)));
  }

  @ParameterizedTest
  @CsvSource({"429", "500", "502", "503", "404", "401", "403"})
  void whatAnOperatorMustMendOrTimeHealsIsTransient(int status) {
    withServer((stub, embedder) -> {
      stub.answer(Answer.of(status, "{\"error\":\"no\"}"));

      SelfRagException thrown = thrownBy(embedder, "secret text");

      assertThat(thrown.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
      assertThat(thrown.isTransient()).isTrue();
      assertThat(thrown.detail()).contains(String.valueOf(status)).doesNotContain("secret");
      assertThat(embedder.embedPassages(List.of("again"))).hasSize(1);
    });
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"7|PT7S", "Fri, 24 Nov 2090 00:00:30 GMT|PT10M",
      "Thu, 24 Nov 2016 00:00:00 GMT|PT0S", "86400|PT10M"})
  void thePauseThatTheServerAsksForIsKept(String header, Duration pause) {
    withServer((stub, embedder) -> {
      stub.answer(new Answer(429, "{}", Map.of("Retry-After", header), false));

      assertThat(thrownBy(embedder, "text").retryAfter()).contains(pause);
    });
  }

  @Test
  void aPauseThatCannotBeReadIsNone() {
    withServer((stub, embedder) -> {
      stub.answer(new Answer(503, "{}", Map.of("Retry-After", "soon"), false));

      assertThat(thrownBy(embedder, "text").retryAfter()).isEmpty();
    });
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"400|the input length exceeds the context length",
      "400|This model's maximum context length is 8192 tokens", "413|Input validation error",
      "422|inputs must have less than 512 tokens: too long"})
  void aTextThatTheServerFindsTooLongIsPayloadTooLarge(int status, String message) {
    withServer((stub, embedder) -> {
      stub.answer(Answer.of(status, "{\"error\":\"" + message + "\"}"));

      assertThat(thrownBy(embedder, "text").code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE);
    });
  }

  @Test
  void aTextThatAloneIsRefusedIsPermanent() {
    withServer((stub, embedder) -> {
      stub.answer(Answer.of(400, "{\"error\":\"bad input\"}"));

      assertThat(thrownBy(embedder, "text").code()).isEqualTo(ErrorCode.VALIDATION_ERROR);
    });
  }

  @Test
  void aServerThatRefusesEveryTextIsMisconfiguredAndNoTextIsBlamed() {
    withServer((stub, embedder) -> {
      stub.answer(Answer.of(400, "{\"error\":\"no embeddings here\"}"),
          Answer.of(400, "{\"error\":\"no embeddings here\"}"));

      assertThat(thrownBy(embedder, "text").code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
    });
  }

  @Test
  void aSilentServerIsTransient() {
    try (StubModelServer silent = new StubModelServer();
        Embedder embedder = open(model(silent, Duration.ofMillis(200)))) {
      silent.answer(Answer.silence());

      SelfRagException thrown = thrownBy(embedder, "text");

      assertThat(thrown.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
      assertThat(thrown.detail()).contains("in time");
    }
  }

  @Test
  void aServerThatIsAwayIsTransient() {
    StubModelServer gone = new StubModelServer();
    gone.close();
    try (Embedder embedder = open(model(gone, Duration.ofSeconds(5)))) {
      assertThat(thrownBy(embedder, "text").code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
      fails(ErrorCode.MODEL_UNAVAILABLE, embedder::check);
    }
  }

  @Test
  void anAnswerThatIsNoAnswerIsTransient() {
    withServer((stub, embedder) -> {
      stub.answer(Answer.of(200, "<html>proxy</html>"));

      assertThat(thrownBy(embedder, "text").code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
    });
  }

  @Test
  void aVectorMissingFromTheAnswerIsTransient() {
    withServer((stub, embedder) -> {
      stub.answer(Answer.of(200, answerWith("[" + "0.5,".repeat(StubModelServer.DIMENSION - 1) + "0.5]")));

      SelfRagException thrown = catchThrowableOfType(SelfRagException.class,
          () -> embedder.embedPassages(List.of("one", "two")));

      assertThat(thrown.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
    });
  }

  @Test
  void anAnswerOfTheWrongDimensionIsPermanent() {
    withServer((stub, embedder) -> {
      stub.answer(Answer.of(200, answerWith("[0.6,0.8]")));

      assertThat(thrownBy(embedder, "text").code()).isEqualTo(ErrorCode.WRONG_DIMENSION);
    });
  }

  @ParameterizedTest
  @CsvSource({"0.0", "1e39"})
  void aZeroOrInfiniteVectorIsPermanent(String component) {
    withServer((stub, embedder) -> {
      String vector = "[" + (component + ",").repeat(StubModelServer.DIMENSION - 1) + component + "]";
      stub.answer(Answer.of(200, answerWith(vector)));

      assertThat(thrownBy(embedder, "text").code()).isEqualTo(ErrorCode.INVALID_VECTOR);
    });
  }

  @Test
  void aModelThatComputesNaNIsPermanentThoughTheServerCallsItItsOwnError() {
    withServer((stub, embedder) -> {
      stub.answer(Answer.of(500, "{\"error\":\"failed to encode response: json: unsupported value: NaN\"}"));

      assertThat(thrownBy(embedder, "text").code()).isEqualTo(ErrorCode.INVALID_VECTOR);
    });
  }

  @Test
  void aVectorThatIsNotOfUnitLengthIsScaled() {
    withServer((stub, embedder) -> {
      stub.answer(Answer.of(200, answerWith("[3.0," + "0.0,".repeat(StubModelServer.DIMENSION - 2) + "4.0]")));

      float[] vector = embedder.embedPassages(List.of("text")).getFirst();

      assertThat(vector).startsWith(0.6f).endsWith(0.8f);
    });
  }

  @Test
  void manyTextsGoInBatchesAndComeBackInOrder() {
    withServer((stub, embedder) -> {
      List<String> texts = java.util.stream.IntStream.range(0, 10).mapToObj(i -> "text number " + i).toList();

      List<float[]> vectors = embedder.embedPassages(texts);

      assertThat(stub.requests()).extracting(request -> request.body().path("input").size()).containsExactly(4, 4, 2);
      assertThat(vectors.get(9)).isEqualTo(embedder.embedPassages(List.of(texts.get(9))).getFirst());
    });
  }

  @Test
  void anInterruptedCallerStopsAndStaysInterrupted() throws Exception {
    try (StubModelServer silent = new StubModelServer();
        Embedder embedder = open(model(silent, Duration.ofSeconds(30)));
        var caller = Executors.newSingleThreadExecutor()) {
      silent.answer(Answer.silence());
      var call = caller.submit(() -> {
        Thread.currentThread().interrupt();
        fails(ErrorCode.MODEL_UNAVAILABLE, () -> embedder.embedPassages(List.of("text")));
        return Thread.interrupted();
      });

      assertThat(call.get()).isTrue();
    }
  }

  /** Runs a test on a server and an embedder of its own. */
  protected final void withServer(java.util.function.BiConsumer<StubModelServer, Embedder> test) {
    try (StubModelServer stub = new StubModelServer(); Embedder embedder = open(model(stub, Duration.ofSeconds(20)))) {
      test.accept(stub, embedder);
    }
  }

  private RemoteModel model(StubModelServer stub, Duration timeout) {
    return new RemoteModel(baseUrl(stub.url()), StubModelServer.MODEL, StubModelServer.DIMENSION, 1_000, 4,
        Duration.ofSeconds(5), timeout, "", "query: ");
  }

  private static SelfRagException thrownBy(Embedder embedder, String text) {
    return catchThrowableOfType(SelfRagException.class, () -> embedder.embedPassages(List.of(text)));
  }
}
