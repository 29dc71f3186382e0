package io.selfrag.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.selfrag.standalone.client.Credentials;
import java.util.Comparator;
import java.nio.file.StandardOpenOption;
import io.selfrag.standalone.client.ApiClient;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Order(1)
class UpCommandIT {
  private static RunningSystem system;

  @BeforeAll
  static void startOne() {
    system = RunningSystem.another();
  }

  @TempDir
  Path folder;

  @Test
  void thePersonAtTheTerminalSeesWhatIsNeededAndNothingElse() throws Exception {
    var credentials = Credentials.in(system.data()).orElseThrow();

    assertThat(system.script().out()).contains("base URL        " + credentials.baseUrl(),
        "operator token  " + credentials.adminToken(), "API key         " + credentials.apiKey(), " ingest --data ",
        " search --data ", " status --data ");
    assertThat(system.script().out().lines()).hasSizeLessThan(25).noneMatch(line -> line.contains("WARN"));
    assertThat(system.script().err()).isEmpty();
    assertThat(system.data().resolve("logs/selfrag.log")).isNotEmptyFile();
  }

  @Test
  void oneRequestIsFoundByItsIdInTheLinesOfEveryStage() throws Exception {
    var credentials = Credentials.in(system.data()).orElseThrow();
    var upload = HttpRequest.newBuilder(URI.create(credentials.baseUrl() + "/v1/knowledge-bases/"
        + credentials.knowledgeBaseId() + "/documents")).header("Authorization", "Bearer " + credentials.apiKey())
        .header("Content-Type", "application/json").header("X-Request-ID", "find-me-everywhere")
        .POST(BodyPublishers.ofString("{\"title\": \"Trace\", \"content\": \"A line for each stage.\"}")).build();

    try (var client = HttpClient.newHttpClient()) {
      assertThat(client.send(upload, BodyHandlers.ofString()).statusCode()).isIn(201, 202);
    }

    await().atMost(Duration.ofMinutes(1)).untilAsserted(
        () -> assertThat(Files.readAllLines(system.data().resolve("logs/selfrag.log")).stream()
            .filter(line -> line.contains("find-me-everywhere")).collect(Collectors.joining("\n")))
            .contains("document accepted", "document ordered", "document parsed and chunked", "chunks embedded",
                "document indexed"));
  }

  @Test
  void oneUploadIsOneTraceFromTheRequestToTheIndexAndItsIdIsInTheLog() throws Exception {
    var credentials = Credentials.in(system.data()).orElseThrow();
    post(credentials, "/v1/knowledge-bases/" + credentials.knowledgeBaseId() + "/documents", "one-trace",
        "{\"title\": \"Way\", \"content\": \"Herons follow the river to its mouth.\"}", 201, 202);

    await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
      var server = system.collector().ofRequest("one-trace").stream()
          .filter(it -> it.name().startsWith("POST /v1/knowledge-bases/")).toList();
      assertThat(server).hasSize(1);
      var trace = system.collector().trace(server.getFirst().traceId());
      assertThat(trace.stream().filter(it -> !it.name().startsWith("POST"))).extracting(Collector.Seen::name,
          Collector.Seen::service).containsOnly(tuple("order", "chunker-stream"), tuple("split", "chunker-stream"),
              tuple("embed", "embedder-worker"), tuple("index", "indexer-sink"));
      var ids = trace.stream().map(Collector.Seen::spanId).toList();
      assertThat(trace).filteredOn(it -> it.parentId().isEmpty()).isEqualTo(server);
      assertThat(trace).filteredOn(it -> !it.parentId().isEmpty()).isNotEmpty()
          .allSatisfy(it -> assertThat(ids).contains(it.parentId()));
      assertThat(Files.readAllLines(system.data().resolve("logs/selfrag.log")))
          .anySatisfy(line -> assertThat(line).contains("document indexed", server.getFirst().traceId()));
    });
  }

  @Test
  void aSearchIsInItsCallersTrace() throws Exception {
    var credentials = Credentials.in(system.data()).orElseThrow();
    var traceId = UUID.randomUUID().toString().replace("-", "");
    post(credentials, "/v1/retrieve", "one-search", "{\"query\": \"herons\", \"knowledge_base_ids\": [\""
        + credentials.knowledgeBaseId() + "\"]}", 200, 200, "traceparent", "00-" + traceId + "-b7ad6b7169203331-01");

    await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(system.collector().trace(traceId))
        .extracting(Collector.Seen::name).containsExactlyInAnyOrder("POST /v1/retrieve", "retrieve"));
  }

  @Test
  void everyVerdictOnAnAnswerIsInItsTraceWithItsScore() throws Exception {
    var credentials = Credentials.in(system.data()).orElseThrow();
    post(credentials, "/v1/knowledge-bases/" + credentials.knowledgeBaseId() + "/documents?wait=30", "one-fact",
        "{\"title\": \"Bitterns\", \"content\": \"The bittern booms at dusk in the reeds of the Ouse.\"}", 201, 202);
    var traceId = UUID.randomUUID().toString().replace("-", "");
    post(credentials, "/v1/rag", "one-answer",
        "{\"query\": \"When does the bittern boom?\", \"knowledge_base_ids\": [\""
            + credentials.knowledgeBaseId() + "\"]}",
        200, 200, "traceparent", "00-" + traceId + "-b7ad6b7169203331-01");

    await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
      var trace = system.collector().trace(traceId);
      assertThat(trace).extracting(Collector.Seen::name)
          .containsExactlyInAnyOrder("POST /v1/rag", "answer", "retrieve");
      var answer = trace.stream().filter(it -> it.name().equals("answer")).findFirst().orElseThrow();
      assertThat(trace).filteredOn(it -> it.name().equals("retrieve")).extracting(Collector.Seen::parentId)
          .containsExactly(answer.spanId());
      assertThat(answer.attributes()).containsEntry("grounded", "true");
      assertThat(answer.events()).extracting(Collector.Happened::name).containsOnly("reflection");
      assertThat(answer.events()).extracting(it -> it.attributes().get("step")).contains("retrieve", "grade",
          "sentence");
      assertThat(answer.events()).filteredOn(it -> "sentence".equals(it.attributes().get("step"))).isNotEmpty()
          .allSatisfy(it -> assertThat(Double.parseDouble(it.attributes().getOrDefault("score", ""))).isBetween(0.0,
              1.0));
      assertThat(trace.toString()).as("what was said is not in the trace").doesNotContain("bittern", "Ouse");
    });
  }

  private static void post(Credentials credentials, String path, String requestId, String body, int status,
      int otherStatus, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(credentials.baseUrl() + path))
        .header("Authorization", "Bearer " + credentials.apiKey()).header("Content-Type", "application/json")
        .header("X-Request-ID", requestId).POST(BodyPublishers.ofString(body));
    var sent = headers.length == 0 ? request : request.headers(headers);
    try (var client = HttpClient.newHttpClient()) {
      var answer = client.send(sent.build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isIn(status, otherStatus);
    }
  }

  @Test
  void whatItKeepsIsPrivate() throws Exception {
    assertThat(permissions(system.data())).isEqualTo("rwx------");
    assertThat(permissions(system.data().resolve("credentials.json"))).isEqualTo("rw-------");
  }

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void everythingIsThereAgainAfterAStopAndTheNextStartUsesTheCacheThatTheStopMade() throws Exception {
    ingest("stopped.txt", "The lighthouse keeper counts herons before breakfast.");
    var before = Credentials.in(system.data()).orElseThrow();
    system.script().terminate();

    var ended = system.script().await();

    assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
    assertThat(ended.out()).contains("Stopping …", "Stopped.");
    assertThat(ended.err()).isEmpty();
    await().atMost(Duration.ofMinutes(3)).until(() -> Files.exists(system.cache()));

    system.start();

    assertThat(Credentials.in(system.data()).orElseThrow()).extracting(Credentials::apiKey, Credentials::adminToken)
        .containsExactly(before.apiKey(), before.adminToken());
    assertThat(system.run("search", "lighthouse keeper herons").out()).contains("counts herons before breakfast");
    if (Files.exists(Path.of("/proc/self/cmdline"))) {
      assertThat(system.script().commandLine()).contains("-XX:AOTCache=" + system.cache());
    }
  }

  @Test
  void everythingIsThereAgainAfterAKillAndNoChildOutlivesIt() throws Exception {
    ingest("killed.txt", "A violin maker hides amber beads under the floor.");
    List<ProcessHandle> children = system.script().descendants();
    assertThat(children).hasSizeGreaterThanOrEqualTo(2);
    system.script().kill();

    system.start();

    assertThat(children).noneMatch(ProcessHandle::isAlive);
    assertThat(system.run("search", "violin maker amber beads").out()).contains("hides amber beads");
  }

  /** What is destroyed is all of the folder: rows, originals, topics, index, keys. */
  @Test
  void aBackupBringsEverythingBackAndTheIndexWithIt() throws Exception {
    ingest("kept.txt", "The glass blower of Murano sings to her furnace.");
    var backups = folder.resolve("backups");
    var taken = system.run("backup", "--to", backups.toString());
    assertThat(taken.exitCode()).as(taken.out() + taken.err()).isZero();
    assertThat(taken.out()).containsPattern(
        "selfrag-[0-9T]+Z: [1-9][0-9]* documents, [1-9][0-9]* chunks, .* index of [1-9] collections, [1-9][0-9]* points");
    var before = knowledgeBase();
    ingest("later.txt", "A cuckoo calls after the backup was taken.");
    assertThat(system.run("restore", backups.toString()).err()).contains("is in use by process");
    system.script().terminate();
    system.script().await();
    assertThat(system.run("restore", backups.toString()).err()).contains("is not empty: it has tenants.");
    try (var all = Files.walk(system.data())) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }

    var restored = system.run("restore", backups.toString());

    assertThat(restored.exitCode()).as(restored.out() + restored.err()).isZero();
    assertThat(restored.out()).containsPattern(
        "(?s)Restored what was there at .*The index came back: [1-9] collections, [1-9][0-9]* points; sample searches in [1-9] of"
            + " them found their chunks.* up --data ");
    system.start();
    await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(
        system.run("search", "glass blower furnace").out()).contains("of Murano sings to her furnace"));
    assertThat(knowledgeBase()).isEqualTo(before);
    assertThat(system.run("search", "a cuckoo calls").out()).doesNotContain("after the backup");
    assertThat(system.run("reconcile").out()).contains("points: 0 missing, 0 wrong, 0 stale, 0 orphaned; 0 counters");
    assertThat(system.run("ingest", folder.resolve("kept.txt").toString()).out()).contains("0 indexed, 1 unchanged");
    try (var all = Files.list(backups)) {
      Files.writeString(all.findFirst().orElseThrow().resolve("chunks.copy.gz"), "x", StandardOpenOption.APPEND);
    }
    assertThat(system.run("restore", "--force", backups.toString()))
        .isEqualTo(new RunningSystem.Said(1, "", "The backup is damaged: chunks.copy.gz is not what was written.\n"));
  }

  /** How many documents and chunks questions see. */
  private String knowledgeBase() {
    var credentials = Credentials.in(system.data()).orElseThrow();
    try (var api = ApiClient.ofTenant(credentials.baseUrl(), credentials.apiKey(), "")) {
      var base = api.get("/v1/knowledge-bases/" + credentials.knowledgeBaseId());
      return base.path("document_count") + " documents, " + base.path("chunk_count") + " chunks";
    }
  }

  private void ingest(String name, String text) throws Exception {
    var file = Files.writeString(folder.resolve(name), text);
    var said = system.run("ingest", file.toString());
    assertThat(said.exitCode()).as(said.out() + said.err()).isZero();
  }

  @Test
  void aSecondInstanceOnTheSameDataIsRefused() throws Exception {
    var refused = up(Map.of(), "--data", system.data().toString());

    assertRefused(refused, "The data folder " + system.data() + " is in use by process " + system.script().pid()
        + ": stop that instance, or choose another folder.");
  }

  @ParameterizedTest
  @CsvSource({"--port, the API", "--broker-port, Kafka"})
  void aPortThatIsTakenIsRefusedAndNothingIsLeftBehind(String option, String user) throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      var refused = up(Map.of(), option, Integer.toString(port));

      assertRefused(refused, "Port " + port + " of this machine, meant for " + user + ", is in use by another program:"
          + " stop that program, or choose another port with " + option + ".");
      assertThat(folder.resolve("data")).doesNotExist();
    }
  }

  @Test
  void aFolderThatCannotBeUsedIsRefused() throws Exception {
    var file = Files.createFile(folder.resolve("data"));

    assertRefused(up(Map.of()), "The data folder " + "data cannot be used: there is a file where a folder is needed."
        .replace("data cannot", file + " cannot"));
  }

  @Test
  void dataOfANewerVersionIsRefused() throws Exception {
    Files.writeString(Files.createDirectory(folder.resolve("data")).resolve("format"), "2");

    assertThat(up(Map.of()).err()).startsWith("The data in data was written by a newer version of this program");
  }

  @Test
  void damagedCredentialsAreRefused() throws Exception {
    Files.writeString(Files.createDirectory(folder.resolve("data")).resolve("credentials.json"), "{");

    assertRefused(up(Map.of()),
        folder.resolve("data/credentials.json") + " is damaged: move it away, and the next start"
            + " of the system makes new credentials; what was ingested stays.");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"EMBEDDING_PROVIDER|word2vec|must be onnx, ollama, openai or hashing",
      "LOG_FORMAT|xml|must be plain or json", "ADMIN_TOKEN|short|must have at least 16 characters"})
  void aWrongSettingIsNamed(String name, String value, String problem) throws Exception {
    var refused = up(Map.of(name, value));

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).isEqualTo("Configuration error: " + name + " " + problem + ".\n");
  }

  @Test
  void severalWrongSettingsOfSeveralServicesAreALineEachAndNothingIsStarted() throws Exception {
    var refused = Script.run(folder, Map.of("PORT", "http", "DATABASE_POOL_TIMEOUT", "soon", "DB_POOL_SIZE", "0",
        "MAX_WORKERS", "none", "LLM_TEMPERATURE", "9", "SECRET_KEY", "hunter2"), "up", "--data", "data",
        "--broker-port", "0");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err().lines()).containsExactlyInAnyOrder(
        "Configuration error: PORT must be a port between 0 and 65535: \"http\".",
        "Configuration error: DATABASE_POOL_TIMEOUT is not a valid duration: \"soon\".",
        "Configuration error: DB_POOL_SIZE must be between 1 and 500.",
        "Configuration error: MAX_WORKERS is not a valid int: \"none\".",
        "Configuration error: LLM_TEMPERATURE must be between 0 and 2.",
        "Configuration error: SECRET_KEY must have at least 16 characters.");
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void withoutTheRightJdkThereIsOneSentence() throws Exception {
    var tools = Files.createDirectory(folder.resolve("tools"));
    for (String tool : List.of("bash", "dirname", "basename", "readlink", "grep", "uname", "env")) {
      for (String place : List.of("/usr/bin/", "/bin/")) {
        if (Files.exists(Path.of(place + tool)) && !Files.exists(tools.resolve(tool))) {
          Files.createSymbolicLink(tools.resolve(tool), Path.of(place + tool));
        }
      }
    }

    var refused = up(Map.of("JAVA_HOME", "/nowhere", "PATH", tools.toString(), "SELFRAG_JDKS", ""));

    assertRefused(refused, "A JDK 25 is needed and none was found: install one, or set JAVA_HOME to it.");
  }

  @Test
  void anEndBeforeItIsReadyIsOrderlyToo() throws Exception {
    var starting = Script.start(folder, Map.of(), "up", "--data", folder.resolve("data").toString(), "--port", "0",
        "--broker-port", "0");
    await().atMost(Duration.ofSeconds(60)).until(() -> starting.out().contains("Starting"));
    await().atMost(Duration.ofSeconds(60))
        .until(() -> Files.exists(folder.resolve("data/postgres/cluster/postmaster.pid")));
    var children = starting.descendants();

    starting.terminate();

    var ended = starting.await();
    assertThat(ended.exitCode()).isEqualTo(143);
    assertThat(ended.out()).contains("Stopping …");
    assertThat(ended.err()).isEqualTo("Stopped before it was ready.\n");
    await().untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
  }

  private Script.Ended up(Map<String, String> environment, String... arguments) throws Exception {
    var all = new ArrayList<>(List.of("up"));
    all.addAll(List.of(arguments));
    Map.of("--port", "0", "--broker-port", "0", "--data", "data").forEach((option, value) -> {
      if (!all.contains(option)) {
        all.addAll(List.of(option, value));
      }
    });
    return Script.run(folder, environment, all.toArray(String[]::new));
  }

  private static void assertRefused(Script.Ended refused, String sentence) {
    assertThat(refused.err()).isEqualTo(sentence + "\n");
    assertThat(refused.exitCode()).isEqualTo(2);
  }
}
