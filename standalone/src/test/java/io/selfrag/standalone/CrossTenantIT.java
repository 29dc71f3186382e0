package io.selfrag.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.standalone.RequestShape.Kind;
import io.selfrag.standalone.RoutesIT.Route;
import io.selfrag.standalone.RoutesWorld.Answer;
import io.selfrag.standalone.RoutesWorld.As;
import io.selfrag.standalone.client.Credentials;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls every tenants' route of the OpenAPI document with another tenant's ids in every place that takes something: path, query, header
 * and each field of the body, alone and several at once. Nothing of the other tenant may come back that was not sent.
 */
@ResourceLock(RunningSystem.LOCK)
class CrossTenantIT {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final long SEED = 20_261_128;
  private static final int ROUNDS = 2;
  private static RoutesWorld world;
  private static JsonNode document;
  private static PlantedTenant others;
  private static List<String> before;

  @BeforeAll
  static void make() {
    var credentials = Credentials.in(RunningSystem.shared().data()).orElseThrow();
    world = new RoutesWorld(credentials.baseUrl(), credentials.adminToken());
    document = world.served();
    others = PlantedTenant.in(world);
    before = others.state();
  }

  @AfterAll
  static void theOtherTenantStillHasAllOfItsOwnAsItWas() {
    try {
      assertThat(others.state()).isEqualTo(before);
    } finally {
      world.close();
    }
  }

  static List<Route> routes() {
    return RoutesIT.routes().stream().filter(Route::ofTenants).toList();
  }

  @ParameterizedTest
  @MethodSource("routes")
  void aPathThatNamesWhatIsAnothersIsAnsweredAsIfItWereNot(Route route) {
    var shape = RequestShape.of(document, route);
    for (String id : route.path().contains("{") ? others.ids() : List.<String>of()) {
      var path = route.path().replaceAll("\\{(id|knowledgeBaseId)}", id).replace("{externalId}", others.externalId());
      for (As as : List.of(As.READ, As.ADMIN)) {
        var sent = new Sent(route, path, world.filledBody(route), as, hostileHeaders(shape));

        var answer = withoutALeak(sent);

        assertThat(answer.status()).as(sent + "\n" + answer.text()).isIn(403, 404);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("routes")
  void whateverElseNamesWhatIsAnothersGivesNothingOfIt(Route route) {
    var shape = RequestShape.of(document, route);
    var path = world.ownPath(route);
    for (String parameter : shape.query()) {
      for (String id : others.ids().subList(0, 3)) {
        withoutALeak(new Sent(route, path + "?" + parameter + "=" + id, world.filledBody(route), As.ADMIN, Map.of()));
      }
    }
    withoutALeak(new Sent(route, path + "?tenant_id=" + others.ids().getFirst(), world.filledBody(route), As.ADMIN,
        hostileHeaders(shape)));
    if (route.path().endsWith("/upload") || !world.filledBody(route).startsWith("{")) {
      return;
    }
    shape.fields().forEach((field, kind) -> {
      for (JsonNode value : values(kind)) {
        var body = (ObjectNode) JSON.readTree(world.filledBody(route));
        body.set(field, value);
        withoutALeak(new Sent(route, path, body.toString(), As.ADMIN, Map.of()));
      }
    });
  }

  @ParameterizedTest
  @MethodSource("routes")
  void manyAtOnceDoNotEither(Route route) {
    var random = new Random(SEED ^ route.toString().hashCode());
    var shape = RequestShape.of(document, route);
    if (shape.fields().isEmpty() || route.path().endsWith("/upload")) {
      return;
    }
    for (int round = 0; round < ROUNDS; round++) {
      var body = (ObjectNode) JSON.readTree(world.filledBody(route));
      shape.fields().forEach((field, kind) -> {
        if (random.nextInt(3) == 0) {
          var choices = values(kind);
          body.set(field, choices.get(random.nextInt(choices.size())));
        }
      });
      var as = List.of(As.READ, As.WRITE, As.ADMIN, As.SCOPED).get(random.nextInt(4));
      withoutALeak(new Sent(route, world.ownPath(route), body.toString(), as, hostileHeaders(shape)));
    }
  }

  /** In the list, in results and in the points by which searches are filtered. */
  @Test
  void metadataThatIsNamedLikeAFieldOfTheSystemChangesNoneOfThem() {
    var own = world.own();
    var key = RoutesWorld.bearer(own.adminKey());
    var theirs = others.ids().getFirst();
    var made = world.made("/v1/knowledge-bases/" + own.knowledgeBase() + "/documents", """
        {"title": "true title", "content": "an avocet stands there", "wait": 60, "sensitivity_level": "restricted",
         "acl_users": ["nobody"], "metadata": {"title": "false title", "page_from": 77, "page_to": 78, "version": 99,
         "chunk_index": 55, "char_start": -5, "char_end": -6, "heading_path": ["false"], "document_id": "%1$s",
         "tenant_id": "%1$s", "knowledge_base_id": "%1$s", "chunk_id": "%1$s", "acl_users": ["*"], "acl_roles": ["*"],
         "acl_groups": ["*"], "sensitivity_level": "public", "id": "mine", "department": "birds"}}""".formatted(theirs),
        key);
    var id = made.path("document_id").asString();
    var asked = "{\"query\": \"avocet\", \"knowledge_base_ids\": [\"" + own.knowledgeBase()
        + "\"], \"metadata_filter\": {\"department\": \"birds\"}}";

    var hit = world.send("POST", "/v1/retrieve", asked, "application/json", key).json().at("/results/0");
    assertThat(hit.path("document_id").asString()).isEqualTo(id);
    assertThat(hit.path("knowledge_base_id").asString()).isEqualTo(own.knowledgeBase().toString());
    var metadata = hit.path("metadata");
    assertThat(metadata.path("title").asString()).isEqualTo("true title");
    assertThat(metadata.path("version").asInt()).isEqualTo(1);
    assertThat(metadata.path("chunk_index").asInt()).isZero();
    assertThat(metadata.path("char_start").asInt()).isZero();
    assertThat(metadata.path("heading_path")).isEmpty();
    assertThat(metadata.path("department").asString()).isEqualTo("birds");
    assertThat(metadata.toString()).doesNotContain(theirs, "false", "77", "acl_", "sensitivity_level");
    // Neither the index's nor the catalog's ACL has become another one.
    assertThat(world.send(new Route("POST", "/v1/retrieve"), "/v1/retrieve", asked, As.WRITE, Map.of()).json()
        .path("results")).isEmpty();
    assertThat(world.send(new Route("GET", "/v1/documents/{id}"), "/v1/documents/" + id, "", As.WRITE, Map.of())
        .status()).isEqualTo(404);
    var document = world.send("GET", "/v1/documents/" + id, "", "", key).json();
    assertThat(document.path("acl_users").toString()).isEqualTo("[\"nobody\"]");
    assertThat(document.path("title").asString()).isEqualTo("true title");
  }

  /** Asked for by its own words. */
  @Test
  void aQuestionAboutItFindsNothingOfIt() {
    for (String route : List.of("/v1/retrieve", "/v1/rag", "/v1/rag/stream")) {
      var asked = "{\"query\": \"What is a %s?\", \"knowledge_base_ids\": [\"%s\"], \"score_threshold\": -1e300}"
          .formatted(others.marker().substring(0, 10), world.own().knowledgeBase());
      withoutALeak(new Sent(new Route("POST", route), route, asked, As.ADMIN, Map.of()));
    }
  }

  /** A request as it is sent. */
  private record Sent(Route route, String path, String body, As as, Map<String, String> headers) {}

  private static Answer withoutALeak(Sent it) {
    var answer = world.send(it.route(), it.path(), it.body(), it.as(), it.headers());
    var came = answer.text() + answer.headers();
    assertThat(answer.status()).as(it + "\n" + answer.text()).isLessThan(500);
    assertThat(came).as(it.toString()).doesNotContain(others.marker());
    assertThat(others.unsent()).as(it + "\n" + came).noneMatch(came::contains);
    return answer;
  }

  private static Map<String, String> hostileHeaders(RequestShape shape) {
    var tenant = others.ids().getFirst();
    var headers = new HashMap<>(Map.of("X-Tenant-Id", tenant, "X-Tenant", tenant, "X-User-Id", tenant,
        "X-Forwarded-User", tenant));
    shape.headers().forEach(it -> headers.put(it, it.equals("Last-Event-ID") ? "0" : others.marker()));
    return headers;
  }

  /** What a field of this kind may be, with these ids of a tenant, a knowledge base, a document and a chunk in it. */
  private static List<JsonNode> values(Kind kind) {
    return switch (kind) {
      case ID -> others.ids().stream().map(JSON::<JsonNode>valueToTree).toList();
      case IDS -> others.ids().subList(0, 3).stream()
          .map(it -> JSON.<JsonNode>valueToTree(List.of(world.own().knowledgeBase().toString(), it))).toList();
      case OBJECT -> objects();
      case OTHER -> List.of(JSON.valueToTree(others.ids().get(2)), JSON.valueToTree(List.of(others.ids().getFirst())));
    };
  }

  private static List<JsonNode> objects() {
    var values = new ArrayList<JsonNode>();
    var names = List.of("tenant_id", "knowledge_base_id", "document_id", "chunk_id");
    for (int i = 0; i < names.size(); i++) {
      var one = Map.of(names.get(i), others.ids().get(i));
      values.add(JSON.valueToTree(one));
      values.add(JSON.valueToTree(Map.of(names.get(i), Map.of("$in", List.of(others.ids().get(i))))));
      values.add(JSON.valueToTree(Map.of("name", "hybrid", "params", one)));
    }
    return values;
  }
}
