package io.selfrag.generation.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.selfrag.generation.rerank.Reranker;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RemoteRerankerTest {
  private static final String GOOD = "{\"id\":\"x\",\"results\":[{\"index\":1,\"relevance_score\":0.9},{\"index\":0,\"relevance_score\":0.2}]}";
  private static final List<String> PASSAGES = List.of("about trains", "about herons");

  private static final int HEAD_ALONE = 1;
  private static final int WITHOUT_END = 2;

  private record Call(String path, String authorization, JsonNode body) {}

  private record Reply(int status, String body, String retryAfter) {}

  private final ConcurrentLinkedQueue<Reply> replies = new ConcurrentLinkedQueue<>();
  private final List<Call> calls = new ArrayList<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicLong sent = new AtomicLong();
  private HttpServer server;
  private Instant now = Instant.EPOCH;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  @AfterEach
  void stop() {
    released.countDown();
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var authorization = exchange.getRequestHeaders().getFirst("Authorization");
      synchronized (calls) {
        calls.add(new Call(exchange.getRequestURI().getPath(), authorization == null ? "" : authorization,
            JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes())));
      }
      var reply = replies.isEmpty() ? new Reply(200, GOOD, "") : replies.poll();
      if (reply.status() == 0) {
        released.await();
        return;
      }
      if (reply.status() == HEAD_ALONE) {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write('[');
        exchange.getResponseBody().flush();
        released.await();
        return;
      }
      if (reply.status() == WITHOUT_END) {
        exchange.sendResponseHeaders(200, 0);
        var spaces = " ".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
        while (released.getCount() > 0) {
          exchange.getResponseBody().write(spaces);
          sent.addAndGet(spaces.length);
        }
        return;
      }
      if (!reply.retryAfter().isEmpty()) {
        exchange.getResponseHeaders().set(reply.status() / 100 == 3 ? "Location" : "Retry-After", reply.retryAfter());
      }
      var bytes = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void scoresComeInTheOrderOfThePassagesAndTheKeyGoesWithTheCall() {
    assertThat(reranker().score("herons?", PASSAGES)).containsExactly(0.2, 0.9);

    assertThat(calls).singleElement().satisfies(call -> {
      assertThat(call.path()).isEqualTo("/v1/rerank");
      assertThat(call.authorization()).isEqualTo("Bearer secret");
      assertThat(call.body().path("query").asString()).isEqualTo("herons?");
      assertThat(call.body().path("documents")).hasSize(2);
      assertThat(call.body().path("model").asString()).isEqualTo("stub-reranker");
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"data\":[{\"index\":1,\"relevance_score\":0.9},{\"index\":0,\"relevance_score\":0.2}]}",
      "[{\"index\":1,\"score\":0.9},{\"index\":0,\"score\":0.2}]",
      "{\"results\":[{\"index\":0,\"relevance_score\":0.2,\"document\":{\"text\":\"x\"}},{\"index\":1,\"relevance_score\":0.9}]}"})
  void theOtherServersAnswersAreReadAsWell(String answer) {
    replies.add(new Reply(200, answer, ""));

    assertThat(reranker().score("q", PASSAGES)).containsExactly(0.2, 0.9);
  }

  @Test
  void logitsBecomeScoresAndWhatWasLeftOutIsWorthNothing() {
    replies.add(new Reply(200, "{\"results\":[{\"index\":1,\"relevance_score\":4.0}]}", ""));

    assertThat(reranker().score("q", PASSAGES)).satisfiesExactly(it -> assertThat(it).isZero(),
        it -> assertThat(it).isBetween(0.98, 1.0));
  }

  @Test
  void logitsKeepTheirOrderWhereSomeOfThemLookLikeShares() {
    replies.add(new Reply(200,
        "{\"results\":[{\"index\":0,\"relevance_score\":0.9},{\"index\":1,\"relevance_score\":1.1}]}", ""));

    var scores = reranker().score("q", PASSAGES);

    assertThat(scores.get(1)).isGreaterThan(scores.get(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"not json", "{}", "{\"results\":[]}", "{\"results\":[{\"index\":7,\"relevance_score\":1}]}",
      "{\"results\":[{\"index\":0}]}", "{\"results\":[{\"index\":0,\"score\":1},{\"index\":0,\"score\":1}]}"})
  void anAnswerThatCannotBeReadIsAskedForAgainAndThenAFailure(String answer) {
    replies.addAll(List.of(new Reply(200, answer, ""), new Reply(200, answer, ""), new Reply(200, answer, "")));

    assertThatThrownBy(() -> reranker().score("q", PASSAGES)).isInstanceOfSatisfying(SelfRagException.class,
        e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE));
    assertThat(calls).hasSize(3);
  }

  @Test
  void whatMayPassIsTriedAgain() {
    replies.addAll(List.of(new Reply(503, "", ""), new Reply(429, "", "0")));

    assertThat(reranker().score("q", PASSAGES)).containsExactly(0.2, 0.9);
    assertThat(calls).hasSize(3);
  }

  @Test
  void whatCannotPassIsNot() {
    replies.add(new Reply(401, "{\"message\":\"the key secret is wrong\"}", ""));

    assertThatThrownBy(() -> reranker().score("q", PASSAGES)).isInstanceOfSatisfying(SelfRagException.class, e -> {
      assertThat(e.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
      assertThat(e.detail()).doesNotContain("secret");
    });
    assertThat(calls).hasSize(1);
  }

  @Test
  void aPauseLongerThanACallerWaitsIsNotWaitedFor() {
    replies.add(new Reply(429, "", "60"));

    assertThatThrownBy(() -> reranker().score("q", PASSAGES)).isInstanceOf(SelfRagException.class);
    assertThat(calls).hasSize(1);
  }

  @Test
  void aServerThatDoesNotAnswerCostsNoMoreThanTheLimit() {
    replies.addAll(List.of(new Reply(0, "", ""), new Reply(0, "", "")));
    var impatient = reranker(Duration.ofMillis(300));

    assertThatThrownBy(() -> impatient.score("q", PASSAGES)).isInstanceOfSatisfying(SelfRagException.class,
        e -> assertThat(e.detail()).contains("in time"));
    assertThat(calls).hasSize(1);
  }

  @Test
  void aServerThatBeginsToAnswerAndStopsCostsNoMoreThanTheLimit() {
    replies.add(new Reply(HEAD_ALONE, "", ""));
    var impatient = reranker(Duration.ofMillis(500));

    assertThatThrownBy(() -> impatient.score("q", PASSAGES)).isInstanceOfSatisfying(SelfRagException.class,
        e -> assertThat(e.detail()).contains("in time"));
  }

  @Test
  void anAnswerWithoutEndIsNotReadToItsEnd() {
    replies.addAll(
        List.of(new Reply(WITHOUT_END, "", ""), new Reply(WITHOUT_END, "", ""), new Reply(WITHOUT_END, "", "")));

    assertThatThrownBy(() -> reranker(Duration.ofSeconds(60)).score("q", PASSAGES))
        .isInstanceOfSatisfying(SelfRagException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE))
        .hasMessageNotContaining("in time");
    assertThat(calls).hasSize(3);
    assertThat(sent.get()).isLessThan(3 * 64L * 1024 * 1024);
  }

  @Test
  void theKeyDoesNotFollowARedirect() {
    replies.add(new Reply(302, "", "http://127.0.0.1:" + server.getAddress().getPort() + "/elsewhere"));

    assertThatThrownBy(() -> reranker().score("q", PASSAGES)).isInstanceOf(SelfRagException.class);
    assertThat(calls).extracting(Call::path).containsExactly("/v1/rerank");
  }

  @Test
  void aServerThatFailsAgainAndAgainIsLeftAloneForAMoment() {
    var reranker = reranker();
    for (int i = 0; i < CircuitBreaker.FAILURES_TO_OPEN; i++) {
      replies.add(new Reply(401, "", ""));
      assertThatThrownBy(() -> reranker.score("q", PASSAGES)).isInstanceOf(SelfRagException.class);
    }

    assertThatThrownBy(() -> reranker.score("q", PASSAGES)).hasMessageContaining("left alone");
    assertThat(calls).hasSize(CircuitBreaker.FAILURES_TO_OPEN);

    now = now.plus(CircuitBreaker.PAUSE);
    assertThat(reranker.score("q", PASSAGES)).containsExactly(0.2, 0.9);
  }

  private Reranker reranker() {
    return reranker(Duration.ofSeconds(10));
  }

  private Reranker reranker(Duration limit) {
    var base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    return RemoteReranker.create(new RerankServer(base, "stub-reranker", "secret", limit, 2), () -> now);
  }
}
