package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.generation.remote.StubChatServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import tools.jackson.databind.JsonNode;

/**
 * OpenAI's own client for Node, unchanged, against our routes. Needs Node and its package {@code openai} in a folder that
 * {@code NODE_PATH} names: {@code npm install openai} makes one.
 */
class OpenAiNodeIT {
  private static final String QUESTION = "When was the main pump installed?";

  @BeforeAll
  static void requireTheClient() {
    if (!isThere()) {
      System.err.println(
          "########## SKIPPED: Node's client of OpenAI; needs node, and NODE_PATH naming a folder with its package openai ##########");
      throw new TestAbortedException("no node, or no package openai in NODE_PATH");
    }
  }

  private static boolean isThere() {
    var folders = System.getenv().getOrDefault("NODE_PATH", "").split(File.pathSeparator);
    var programs = System.getenv().getOrDefault("PATH", "").split(File.pathSeparator);
    return Stream.of(folders).filter(it -> !it.isBlank()).anyMatch(it -> Files.isDirectory(Path.of(it, "openai")))
        && Stream.of(programs).filter(it -> !it.isBlank()).anyMatch(it -> Files.isExecutable(Path.of(it, "node")));
  }

  @Test
  void theOfficialClientForNodeListsModelsChatsStreamsAndEmbeds(@TempDir Path folder) throws Exception {
    var service = QueryService.shared();
    var tenant = service.tenant();
    new Library(service).add(tenant, Library.document("The main pump was installed in 2019 by Siemens Energy."));
    QueryService.sharedModel().thinks(_ -> "The main pump was installed in 2019 by Siemens Energy [1].");
    var key = Objects.requireNonNull(tenant.read().credential()).substring("Bearer ".length());

    var got = run(folder, service.baseUrl() + "/v1", key, tenant.knowledgeBase().toString(), QUESTION);

    var answer = "The main pump was installed in 2019 by Siemens Energy. [1]";
    assertThat(got.path("models").toString()).contains(StubChatServer.MODEL, "extractive");
    assertThat(got.path("whole").asString()).isEqualTo(answer);
    assertThat(got.path("text").asString()).isEqualTo(answer);
    assertThat(got.path("finish").asString()).isEqualTo("stop");
    assertThat(got.path("pieces").asInt()).isGreaterThan(2);
    assertThat(got.path("total_tokens").asInt()).isPositive().isEqualTo(got.path("usage").asInt());
    assertThat(got.path("whole_citations").asInt()).isEqualTo(1);
    assertThat(got.path("stream_citations").asInt()).isEqualTo(1);
    assertThat(got.path("vectors")).hasSize(2);
    assertThat(got.at("/vectors/0").asInt()).isGreaterThan(32);
    assertThat(got.path("same").asDouble()).as("base64 and numbers").isLessThan(1e-6);
    assertThat(got.path("refusal").asString()).isEqualTo("AuthenticationError");
  }

  private static JsonNode run(Path folder, String... arguments) throws IOException, InterruptedException {
    var script = folder.resolve("openai-client.cjs");
    try (var source = Objects.requireNonNull(OpenAiNodeIT.class.getResourceAsStream("/openai-client.cjs"))) {
      Files.copy(source, script);
    }
    var errors = folder.resolve("errors.txt");
    var output = folder.resolve("output.txt");
    var command = Stream.concat(Stream.of("node", script.toString()), Stream.of(arguments)).toList();
    var node = new ProcessBuilder(command).redirectError(errors.toFile()).redirectOutput(output.toFile()).start();
    try {
      assertThat(node.waitFor(60, TimeUnit.SECONDS)).as("node ended").isTrue();
      assertThat(node.exitValue()).as(Files.readString(errors)).isZero();
    } finally {
      node.destroyForcibly();
    }
    return QueryService.JSON.readTree(Files.readString(output));
  }
}
