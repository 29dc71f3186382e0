package io.selfrag.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.standalone.client.ApiClient;
import io.selfrag.standalone.client.Credentials;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ResourceLock(RunningSystem.LOCK)
class ExportIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int MANY = 45;

  private final RunningSystem system = RunningSystem.shared();
  private final Credentials credentials = Credentials.in(system.data()).orElseThrow();
  private final ApiClient operator = ApiClient.ofOperator(credentials.baseUrl(), credentials.adminToken(), "");

  @TempDir
  Path folder;

  /** A tenant with its admin key. */
  private record Place(String tenant, String key, String knowledgeBase) {}

  private Place place() {
    var tenant = operator.post("/admin/tenants", Map.of("name", "export " + UUID.randomUUID())).path("id").asString();
    var key = operator.post("/admin/tenants/" + tenant + "/api-keys", Map.of("name", "k", "role", "admin"))
        .path("api_key").asString();
    return new Place(tenant, key,
        api(key).post("/v1/knowledge-bases", Map.of("name", "kb")).path("id").asString());
  }

  private ApiClient api(String key) {
    return ApiClient.ofTenant(credentials.baseUrl(), key, "");
  }

  @Test
  void whatIsExportedComesBackThroughTheBulkRouteWithTextRightsAndChunks() throws Exception {
    var from = place();
    var to = place();
    var long1 = "# 灯塔\n\n" + "灯塔看守人每天晚上七点点亮灯塔。The keeper lights the lamp at seven. ".repeat(300);
    send(from, IntStream.range(0, MANY).mapToObj(i -> Map.<String, Object>of("title", "t" + i, "external_id", "e" + i,
        "content", i == 0 ? long1 : "quail number " + i, "metadata", Map.of("n", i), "acl_users",
        i == 1 ? List.of("ada") : List.of(), "sensitivity_level", i == 2 ? "restricted" : "public")).toList());
    send(from, List.of(Map.of("title", "without an external id", "content", "a partridge")));

    var exported = export(from, from.key(), "--vectors", "--originals");
    assertThat(exported).hasSize(MANY + 1);
    assertThat(bulk(to, Files.readString(folder.resolve("export.ndjson")))).hasSize(MANY + 1)
        .allSatisfy(it -> assertThat(it.path("success").asBoolean()).as(it.toString()).isTrue());
    settled(to, MANY + 1);
    var again = export(to, to.key());

    assertThat(comparable(again)).isEqualTo(comparable(exported));
    var first = exported.stream().filter(it -> it.path("title").asString().equals("t0")).findFirst().orElseThrow();
    assertThat(first.path("content").asString()).isEqualTo(long1);
    assertThat(new String(Base64.getDecoder().decode(first.at("/exported/original").asString()), "UTF-8"))
        .isEqualTo(long1);
    assertThat(first.at("/exported/chunks").size()).isGreaterThan(1)
        .isEqualTo(first.at("/exported/chunk_count").asInt());
    assertThat(Base64.getDecoder().decode(first.at("/exported/chunks/0/vector").asString()).length % 4).isZero();
    assertThat(bulk(from, Files.readString(folder.resolve("export.ndjson"))).size())
        .as("the same documents again").isEqualTo(MANY + 1);
    settled(from, MANY + 2); // the one without an external id has one now
  }

  @Test
  void aReadKeyExportsWhatItMayReadAndNothingOutsideItsScope() throws Exception {
    var place = place();
    send(place, List.of(Map.of("title", "open", "content", "a snipe"),
        Map.of("title", "adas", "content", "a plover", "acl_users", List.of("ada")),
        Map.of("title", "secret", "content", "a godwit", "sensitivity_level", "restricted")));
    var read = key(place, Map.of("name", "r", "role", "read"));
    var elsewhere = api(place.key()).post("/v1/knowledge-bases", Map.of("name", "elsewhere")).path("id").asString();
    var scoped = key(place, Map.of("name", "s", "role", "read", "scope_kb_ids", List.of(elsewhere)));

    assertThat(export(place, read)).extracting(it -> it.path("title").asString()).containsExactly("open");
    assertThat(export(place, place.key())).hasSize(3);
    assertThat(system.run("export", "--api-key", scoped, "--kb", place.knowledgeBase(), "--to",
        folder.resolve("none.ndjson").toString()).err()).contains("(KB_NOT_IN_SCOPE)");
    assertThat(folder.resolve("none.ndjson")).doesNotExist();
  }

  private String key(Place place, Map<String, Object> body) {
    return api(place.key()).post("/v1/api-keys", body).path("api_key").asString();
  }

  private void send(Place place, List<? extends Map<String, ?>> documents) {
    long before = indexed(place);
    api(place.key()).post("/v1/knowledge-bases/" + place.knowledgeBase() + "/documents/batch",
        Map.of("documents", documents));
    settled(place, before + documents.size());
  }

  private void settled(Place place, long documents) {
    await().atMost(LIMIT).until(() -> indexed(place) == documents);
  }

  private long indexed(Place place) {
    return api(place.key()).get("/v1/knowledge-bases/" + place.knowledgeBase() + "/documents?status=completed")
        .path("total").asLong();
  }

  private List<JsonNode> export(Place place, String key, String... more) throws Exception {
    var file = folder.resolve("export.ndjson");
    var arguments = new java.util.ArrayList<>(List.of("--api-key", key, "--kb", place.knowledgeBase(), "--to",
        file.toString()));
    arguments.addAll(List.of(more));
    var said = system.run("export", arguments.toArray(String[]::new));
    assertThat(said.exitCode()).as(said.err()).isZero();
    return Files.readAllLines(file).stream().map(JSON::readTree).toList();
  }

  private List<JsonNode> bulk(Place place, String lines) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var request = HttpRequest
          .newBuilder(URI.create(credentials.baseUrl() + "/v1/knowledge-bases/" + place.knowledgeBase()
              + "/documents/bulk"))
          .header("Authorization", "Bearer " + place.key()).header("Content-Type", "application/x-ndjson")
          .POST(BodyPublishers.ofString(lines));
      return http.send(request.build(), BodyHandlers.ofString()).body().lines().map(JSON::readTree).toList();
    }
  }

  /** By title: everything that does not name when and where. */
  private static Map<String, String> comparable(List<JsonNode> lines) {
    return lines.stream().collect(Collectors.toMap(it -> it.path("title").asString(), it -> {
      var chunks = it.at("/exported/chunks").valueStream().map(chunk -> chunk.path("ordinal") + " "
          + chunk.path("char_start") + " " + chunk.path("text")).collect(Collectors.joining("|"));
      return it.path("external_id") + " " + it.path("content") + it.path("metadata") + it.path("acl_users")
          + it.path("sensitivity_level") + it.at("/exported/sha256") + chunks;
    }, (a, _) -> a, TreeMap::new));
  }
}
