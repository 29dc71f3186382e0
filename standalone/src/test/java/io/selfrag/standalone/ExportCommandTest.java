package io.selfrag.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an export leaves in its folder, whatever becomes of the answer. */
class ExportCommandTest {
  private static final byte[] LINES = "{\"title\":\"a\"}\n{\"title\":\"b\"}\n".getBytes(StandardCharsets.UTF_8);
  private static final String EARLIER = "an earlier export";

  @TempDir
  Path folder;
  private HttpServer api;

  @BeforeEach
  void start() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.start();
    Files.writeString(file(), EARLIER);
  }

  @AfterEach
  void stop() {
    api.stop(0);
  }

  @Test
  void anAnswerThatIsWholeReplacesTheFile() throws IOException {
    assertThat(export(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      try (var body = exchange.getResponseBody()) {
        body.write(LINES);
      }
    })).isZero();

    assertThat(names()).containsExactly("kb.ndjson");
    assertThat(file()).hasBinaryContent(LINES);
  }

  @Test
  void aRefusalLeavesTheFileAndNothingBesideIt() throws IOException {
    assertThat(export(exchange -> {
      exchange.sendResponseHeaders(503, -1);
      exchange.close();
    })).isEqualTo(1);

    assertThat(names()).containsExactly("kb.ndjson");
    assertThat(file()).hasContent(EARLIER);
  }

  @Test
  void anAnswerThatBreaksOffLeavesTheFileAndNothingBesideIt() throws IOException {
    assertThat(export(exchange -> {
      exchange.sendResponseHeaders(200, LINES.length * 2L);
      exchange.getResponseBody().write(LINES);
      exchange.getResponseBody().flush();
      exchange.close();
    })).isEqualTo(1);

    assertThat(names()).containsExactly("kb.ndjson");
    assertThat(file()).hasContent(EARLIER);
  }

  private int export(HttpHandler answer) {
    api.createContext("/", answer);
    return SelfRag.run("export", "--url", "http://127.0.0.1:" + api.getAddress().getPort(), "--api-key", "key", "--kb",
        UUID.randomUUID().toString(), "--to", file().toString());
  }

  private Path file() {
    return folder.resolve("kb.ndjson");
  }

  private Stream<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(it -> it.getFileName().toString()).toList().stream();
    }
  }
}
