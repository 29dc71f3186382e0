package io.selfrag.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.standalone.client.ApiClient;
import io.selfrag.standalone.client.Credentials;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.JsonNode;

/** Pauses, resumes and cancels with the commands, and looks at what becomes of the documents. */
@ResourceLock(RunningSystem.LOCK)
class BulkHoldsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final RunningSystem system = RunningSystem.shared();
  private final Credentials credentials = Credentials.in(system.data()).orElseThrow();
  private final ApiClient operator = ApiClient.ofOperator(credentials.baseUrl(), credentials.adminToken(), "");
  private final Place place = place();
  private final String run = UUID.randomUUID().toString();

  /** A tenant of its own. */
  private record Place(String tenant, String knowledgeBase, ApiClient api) {}

  private Place place() {
    var tenant = operator.post("/admin/tenants", Map.of("name", "holds " + UUID.randomUUID())).path("id").asString();
    var key = operator.post("/admin/tenants/" + tenant + "/api-keys", Map.of("name", "k", "role", "admin"))
        .path("api_key").asString();
    var api = ApiClient.ofTenant(credentials.baseUrl(), key, "");
    return new Place(tenant, api.post("/v1/knowledge-bases", Map.of("name", "kb")).path("id").asString(), api);
  }

  @AfterEach
  void close() {
    operator.close();
    place.api().close();
  }

  @Test
  void s20APausedBulkLaneWaitsWhileTheTenantsOwnUploadsAndOtherTenantsBulkGoOn() throws Exception {
    assertThat(command("pause", "--tenant", place.tenant())).startsWith("The bulk lane is paused");
    var held = batch(place, 5);
    var other = place();
    try (var others = other.api()) {
      var neighbours = batch(other, 5);

      assertThat(upload(place, "single")).isEqualTo("indexed");
      await().atMost(LIMIT).until(() -> status(other, neighbours).equals("completed"));
      await().atMost(LIMIT).until(() -> lane().path("parked").asLong() == 5);
      assertThat(status(place, held)).isEqualTo("paused");
      assertThat(job(place, held).path("totals").path("indexed").asLong()).isZero();
      assertThat(lane().path("state").asString()).isEqualTo("paused");
      assertThat(operator.get("/admin/bulk-holds").toString()).contains(place.tenant());
      assertThat(others.get("/v1/ingest-jobs/" + neighbours).path("totals").path("indexed").asLong()).isEqualTo(5);
    }

    assertThat(command("resume", "--tenant", place.tenant())).startsWith("The bulk lane is running");

    await().atMost(LIMIT).until(() -> status(place, held).equals("completed"));
    assertThat(job(place, held).path("totals").path("indexed").asLong()).isEqualTo(5);
    assertThat(lane().path("parked").asLong()).isZero();
  }

  @Test
  void aCancelledJobsDocumentsEndInterruptedAndNothingOfThemIsFound() throws Exception {
    command("pause", "--tenant", place.tenant());
    var cancelled = batch(place, 4);
    var kept = batch(place, 3);
    await().atMost(LIMIT).until(() -> lane().path("parked").asLong() == 7);

    command("cancel", "--job", cancelled);
    command("resume", "--tenant", place.tenant());

    await().atMost(LIMIT).until(() -> status(place, cancelled).equals("cancelled"));
    await().atMost(LIMIT).until(() -> status(place, kept).equals("completed"));
    assertThat(job(place, cancelled).path("totals").path("interrupted").asLong()).isEqualTo(4);
    assertThat(job(place, cancelled).path("totals").path("indexed").asLong()).isZero();
    assertThat(job(place, kept).path("totals").path("indexed").asLong()).isEqualTo(3);
    await().atMost(LIMIT).until(() -> lane().path("parked").asLong() == 0);
    assertThat(system.run("pause", "--job", cancelled).err()).contains("the job was cancelled (INVALID_STATUS)");
    assertThat(place.api().post("/v1/retrieve", Map.of("query", "heron " + run, "knowledge_base_ids",
        List.of(place.knowledgeBase()), "top_k", 50)).path("results").size()).isEqualTo(3);
  }

  @Test
  void whatWasCancelledOfALaneEndsAndWhatComesAfterwardsDoesNot() throws Exception {
    command("pause", "--tenant", place.tenant());
    var before = batch(place, 3);
    await().atMost(LIMIT).until(() -> lane().path("parked").asLong() == 3);

    command("cancel", "--tenant", place.tenant());
    command("resume", "--tenant", place.tenant());
    var after = batch(place, 2);

    await().atMost(LIMIT).until(() -> job(place, before).path("totals").path("interrupted").asLong() == 3);
    await().atMost(LIMIT).until(() -> job(place, after).path("totals").path("indexed").asLong() == 2);
    await().atMost(LIMIT).until(() -> lane().path("state").asString().equals("running"));
  }

  private String command(String... arguments) throws Exception {
    var said = system.run(arguments[0], Arrays.copyOfRange(arguments, 1, arguments.length));
    assertThat(said.exitCode()).as(said.err()).isZero();
    return said.out();
  }

  private JsonNode lane() {
    return operator.get("/admin/tenants/" + place.tenant() + "/bulk-lane");
  }

  private String batch(Place where, int documents) {
    var all = IntStream.range(0, documents)
        .mapToObj(i -> Map.of("title", "t" + i, "content", "heron " + run + " number " + i)).toList();
    return where.api().post("/v1/knowledge-bases/" + where.knowledgeBase() + "/documents/batch",
        Map.of("documents", all)).path("job_id").asString();
  }

  private String upload(Place where, String text) {
    return where.api().post("/v1/knowledge-bases/" + where.knowledgeBase() + "/documents",
        Map.of("title", "t", "content", text, "wait", 60)).path("status").asString();
  }

  private static JsonNode job(Place where, String job) {
    return where.api().get("/v1/ingest-jobs/" + job);
  }

  private static String status(Place where, String job) {
    return job(where, job).path("status").asString();
  }
}
