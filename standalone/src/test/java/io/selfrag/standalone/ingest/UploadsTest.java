package io.selfrag.standalone.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.selfrag.standalone.client.ApiClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real HTTP server that answers as a saturated, a refusing or a vanished system does. */
class UploadsTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  /** An answer: status, and seconds to wait or 0. */
  private record Answer(int status, int retryAfter) {}

  @TempDir
  Path folder;

  private final AtomicInteger calls = new AtomicInteger();
  private HttpServer server;
  private IntFunction<Answer> answers = call -> new Answer(202, 0);

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    var answer = answers.apply(calls.incrementAndGet());
    exchange.getRequestBody().readAllBytes();
    if (answer.retryAfter() > 0) {
      exchange.getResponseHeaders().set("Retry-After", Integer.toString(answer.retryAfter()));
    }
    var body = "{\"code\": \"SOME_CODE\", \"detail\": \"some detail\"}".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private ApiClient api() {
    return ApiClient.ofTenant("http://localhost:" + server.getAddress().getPort(), "key", "Start it.");
  }

  private Path file(String name) throws IOException {
    return Files.writeString(folder.resolve(name), "text of " + name);
  }

  private static Uploads uploads(ApiClient api, Duration patience) {
    return new Uploads(file -> api.upload("/upload", Map.of("title", "t"), file), 2, patience);
  }

  @Test
  void aSaturatedSystemIsAskedAgainAfterTheTimeItNamed() throws Exception {
    answers = call -> call == 1 ? new Answer(503, 2) : call == 2 ? new Answer(429, 1) : new Answer(202, 0);
    try (var api = api(); var uploads = uploads(api, LONG)) {
      long start = System.nanoTime();

      uploads.start(List.of(file("a.txt")));

      assertThat(uploads.await(LONG)).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
      assertThat(uploads.accepted()).isEqualTo(1);
      assertThat(uploads.refusals()).isEmpty();
      assertThat(uploads.waitingFor()).isEmpty();
    }
  }

  @Test
  void aSystemThatIsSaturatedForLongIsWaitedForAndTheReasonIsKnown() throws Exception {
    answers = call -> new Answer(503, 1);
    try (var api = api(); var uploads = uploads(api, Duration.ofMillis(1))) {
      uploads.start(List.of(file("a.txt")));

      assertThat(uploads.await(Duration.ofSeconds(3))).isFalse();
      assertThat(uploads.waitingFor()).contains("some detail (SOME_CODE).");
      assertThat(uploads.ended()).isEmpty();
    }
  }

  @Test
  void aRefusedFileDoesNotKeepTheOthers() throws Exception {
    answers = call -> new Answer(call == 1 ? 413 : 202, 0);
    try (var api = api(); var uploads = uploads(api, LONG)) {
      uploads.start(List.of(file("a.txt"), file("b.txt"), file("c.txt")));

      assertThat(uploads.await(LONG)).isTrue();
      assertThat(uploads.accepted()).isEqualTo(2);
      assertThat(uploads.refusals()).singleElement().extracting(Refusal::reason).isEqualTo("some detail (SOME_CODE).");
    }
  }

  @Test
  void aKeyThatIsNotAcceptedEndsAllOfIt() throws Exception {
    answers = call -> new Answer(401, 0);
    try (var api = api(); var uploads = uploads(api, LONG)) {
      uploads.start(List.of(file("a.txt"), file("b.txt"), file("c.txt"), file("d.txt")));

      assertThat(uploads.await(LONG)).isTrue();
      assertThat(calls).hasValueLessThanOrEqualTo(2);
      assertThat(uploads.ended()).hasValueSatisfying(it -> assertThat(it.sentence()).isEqualTo(
          "The key is not accepted by http://localhost:" + server.getAddress().getPort()
              + ": some detail (SOME_CODE)."));
    }
  }

  @Test
  void aSystemThatStaysSilentEndsAllOfItAfterAWhile() throws Exception {
    server.stop(0);
    try (var api = api(); var uploads = uploads(api, Duration.ofSeconds(1))) {
      uploads.start(List.of(file("a.txt"), file("b.txt"), file("c.txt")));

      assertThat(uploads.await(LONG)).isTrue();
      assertThat(uploads.accepted()).isZero();
      assertThat(uploads.ended()).hasValueSatisfying(it -> assertThat(it.sentence())
          .isEqualTo("Nothing answers at http://localhost:" + server.getAddress().getPort() + ". Start it."));
    }
  }

  @Test
  void aFileThatWentAwayIsRefusedAndTheOthersAreSent() throws Exception {
    try (var api = api(); var uploads = uploads(api, LONG)) {
      uploads.start(List.of(folder.resolve("gone.txt"), file("b.txt")));

      assertThat(uploads.await(LONG)).isTrue();
      assertThat(uploads.accepted()).isEqualTo(1);
      assertThat(uploads.refusals()).singleElement().extracting(Refusal::reason)
          .isEqualTo("it went away before it was sent");
    }
  }
}
