package io.selfrag.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.service.http.contract.ContractCheck;
import io.selfrag.standalone.RoutesIT.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two tenants, everybody who may call, and something for every route to work on. */
final class RoutesWorld implements AutoCloseable {
  static final String TEXT = """
      # Who may call what

      What each route answers, written by `RoutesIT`, which calls them all on a running system and fails if this table is not so.
      To renew it, run the test and take `standalone/target/routes.md`.

      Three keys, of roles `read`, `write` and `admin`, call each route four times: about what is their own, about what is another
      tenant's, with `scope_kb_ids` that name another knowledge base, and without identity about a document with `acl_users`
      (by its id, as `document_id` in the body, or under its external id). Where the roles differ each stands with its answer.

      What is another tenant's is answered like what does not exist. An ACL binds keys of roles `read` and `write`; an admin key reads
      all of its tenant. *absent* and *present*: whether the document is in what came back. *item*: what became of it in a batch that
      goes on. –: the route names no such thing.

      ## Tenants' routes

      | route | no key | own: read | own: write | own: admin | other tenant's | out of scope | ACL-denied |
      |---|---|---|---|---|---|---|---|
      %s

      ## Operators' routes

      `X-Admin-Token` is `ADMIN_TOKEN` or a token of `/admin/tokens`; an API key is none, whatever its role.

      | route | no token | tenant's admin key | wrong token | `ADMIN_TOKEN` | token of `/admin/tokens` |
      |---|---|---|---|---|---|
      %s
      """;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String DOCUMENT = "{\"title\": \"t\", \"content\": \"text N of a heron\", \"wait\": 0MORE}";
  private static final String NAMED = DOCUMENT.replace("MORE", "ACL");
  private static final String FORM = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nx N\r\nPARTS--b--\r\n";
  private static final String ACL = ", \"sensitivity_level\": \"restricted\", \"acl_users\": [\"somebody else\"]";
  private static final String[] ACL_PARTS = {"sensitivity_level", "restricted", "acl_users", "somebody else"};
  private static final String TALK = "{\"knowledge_base_ids\": [\"KB\"]}";
  private static final String ASK = "{\"query\": \"heron\", \"knowledge_base_ids\": [\"KB\"], \"top_k\": 50}";
  private static final Map<String, String> BODIES = Map.ofEntries(
      Map.entry("POST /v1/api-keys", "{\"name\": \"k\"}"), Map.entry("PATCH /v1/api-keys/{id}", "{\"name\": \"l\"}"),
      Map.entry("POST /v1/api-keys/{id}/rotate", "{}"),
      Map.entry("POST /v1/chat/completions",
          "{\"messages\": [{\"role\": \"user\", \"content\": \"heron\"}], \"knowledge_base_ids\": [\"KB\"], \"top_k\": 50}"),
      Map.entry("POST /v1/conversations", TALK), Map.entry("PATCH /v1/conversations/{id}", "{\"title\": \"c\"}"),
      Map.entry("POST /v1/conversations/{id}/messages", "{\"content\": \"heron\"}"),
      Map.entry("PATCH /v1/documents/{id}", "{\"title\": \"u\"}"),
      Map.entry("POST /v1/embeddings", "{\"input\": \"heron\"}"),
      Map.entry("POST /v1/ingest-jobs", "{\"knowledge_base_id\": \"KB\"}"),
      Map.entry("POST /v1/knowledge-bases", "{\"name\": \"kb N\"}"),
      Map.entry("PATCH /v1/knowledge-bases/{id}", "{\"description\": \"d\"}"),
      Map.entry("POST /v1/knowledge-bases/{id}/evaluate",
          "{\"queries\": [{\"id\": \"q\", \"text\": \"heron\", \"relevant\": {\"DOC\": 1}}]}"),
      Map.entry("POST /v1/knowledge-bases/{id}/reindex", "{\"embedding\": {\"provider\": \"hashing\", \"dim\": 64}}"),
      Map.entry("POST /v1/knowledge-bases/{knowledgeBaseId}/documents", DOCUMENT),
      Map.entry("POST /v1/knowledge-bases/{knowledgeBaseId}/documents/batch", "{\"documents\": [" + DOCUMENT + "]}"),
      Map.entry("POST /v1/knowledge-bases/{knowledgeBaseId}/documents/bulk", DOCUMENT + "\n"),
      Map.entry("POST /v1/knowledge-bases/{knowledgeBaseId}/documents/upload", FORM),
      Map.entry("PUT /v1/knowledge-bases/{knowledgeBaseId}/documents/by-external-id/{externalId}", NAMED),
      Map.entry("POST /v1/rag", ASK), Map.entry("POST /v1/rag/stream", ASK), Map.entry("POST /v1/retrieve", ASK),
      Map.entry("POST /admin/tenants", "{\"name\": \"t N\"}"),
      Map.entry("PATCH /admin/tenants/{id}", "{\"plan\": \"free\"}"),
      Map.entry("POST /admin/tenants/{id}/disable", "{\"reason\": \"unpaid\"}"),
      Map.entry("POST /admin/tenants/{tenantId}/api-keys", "{\"name\": \"k\"}"),
      Map.entry("POST /admin/api-keys/{id}/rotate", "{}"), Map.entry("POST /admin/tokens", "{\"name\": \"n\"}"),
      Map.entry("PUT /admin/system-config/{key}", "{\"value\": 1024}"),
      Map.entry("POST /admin/dead-letters/replay", "{\"stage\": \"nowhere\"}"),
      Map.entry("POST /admin/cleanup", "{\"dry_run\": true}"),
      Map.entry("POST /admin/reconcile", "{\"mode\": \"report\"}"));

  /** Who calls. */
  enum As {
    NOBODY, READ, WRITE, ADMIN, SCOPED_READ, SCOPED_WRITE, SCOPED, WRONG_TOKEN, OPERATOR, NAMED_OPERATOR;

    /** The same role with a scope that holds another knowledge base. */
    As scoped() {
      return switch (this) {
        case READ -> SCOPED_READ;
        case WRITE -> SCOPED_WRITE;
        case ADMIN -> SCOPED;
        default -> throw new IllegalArgumentException(name());
      };
    }

    boolean isScoped() {
      return this == SCOPED_READ || this == SCOPED_WRITE || this == SCOPED;
    }
  }

  /** What a route is called with: a tenant's, and one document of it. */
  record Things(UUID tenant, UUID knowledgeBase, UUID document, String adminKey) {}

  /** What came back; of a stream that does not end nothing but that it began. */
  record Answer(int status, String text, String headers) {
    JsonNode json() {
      return JSON.readTree(text);
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final String baseUrl;
  private final AtomicInteger numbers = new AtomicInteger();
  private final String run = UUID.randomUUID().toString();
  private final Map<As, String[]> headers = new EnumMap<>(As.class);
  /** Secrets that were given out here. */
  private final Set<String> issued = new LinkedHashSet<>();
  private final Things own;
  private final Things others;
  private @Nullable Things closed;
  private @Nullable UUID closedJob;
  /** What calls name that are refused, made once: they leave it as it was. */
  private final Map<String, UUID> unharmed = new HashMap<>();

  RoutesWorld(String baseUrl, String adminToken) {
    this.baseUrl = baseUrl;
    headers.put(As.NOBODY, new String[0]);
    headers.put(As.WRONG_TOKEN, new String[]{"X-Admin-Token", adminToken + "x"});
    headers.put(As.OPERATOR, new String[]{"X-Admin-Token", adminToken});
    headers.put(As.NAMED_OPERATOR, new String[]{"X-Admin-Token",
        made("/admin/tokens", "{\"name\": \"routes\"}", headers.get(As.OPERATOR)).path("token").asString()});
    own = things(tenant());
    others = things(tenant());
    var elsewhere = id(made("/v1/knowledge-bases", "{\"name\": \"elsewhere\"}", bearer(own.adminKey())));
    headers.put(As.READ, key("\"role\": \"read\""));
    headers.put(As.WRITE, key("\"role\": \"write\""));
    headers.put(As.ADMIN, bearer(own.adminKey()));
    for (var as : List.of(As.READ, As.WRITE, As.ADMIN)) {
      headers.put(as.scoped(), key("\"role\": \"" + as.name().toLowerCase(Locale.ROOT)
          + "\", \"scope_kb_ids\": [\"" + elsewhere + "\"]"));
    }
  }

  Things own() {
    return own;
  }

  Things others() {
    return others;
  }

  /** A knowledge base with a document that everyone reads and one, this one, that admin keys alone do. */
  private Things closed() {
    if (closed == null) {
      var base = new Things(own.tenant(), fresh(own), own.document(), own.adminKey());
      document(base, "");
      closed = new Things(base.tenant(), base.knowledgeBase(), document(base, ACL), base.adminKey());
    }
    return closed;
  }

  Set<String> issued() {
    return Set.copyOf(issued);
  }

  /** The body that a route wants; empty where it wants none. */
  static String body(Route route) {
    return BODIES.getOrDefault(route.toString(), "");
  }

  /** Calls the route on something of this tenant that no other call has changed; the status, and the code of a problem. */
  String call(Route route, As as, Things things) {
    return told(answer(route, as, things));
  }

  /** The same of what an ACL hides from all but admin keys; where others come back as well, also whether it is among them. */
  String callAboutClosed(Route route, As as) {
    var answer = answer(route, as, closed());
    if (answer.status() >= 400) {
      return told(answer);
    }
    if (route.takesMany()) {
      var result = answer.json();
      var item = result.has("results") ? result.at("/results/0") : result;
      return told(answer) + (item.path("success").asBoolean() ? "" : ", item " + item.path("code").asString());
    }
    return told(answer) + (route.showsMany() ? isShown(route, answer) ? ", present" : ", absent" : "");
  }

  private boolean isShown(Route route, Answer answer) {
    return route.path().endsWith("/evaluate")
        ? answer.json().at("/retrievers/0/metrics").valueStream().anyMatch(it -> it.asDouble() > 0)
        : answer.text().contains(closed().document().toString());
  }

  private Answer answer(Route route, As as, Things things) {
    var body = filled(body(route), things);
    return send(route.method(), path(route, as, things), body, type(route, body), headers.get(as));
  }

  private static String told(Answer answer) {
    return answer.status() < 400
        ? String.valueOf(answer.status())
        : answer.status() + " " + answer.json().path("code").asString();
  }

  private static String type(Route route, String body) {
    return body.isEmpty()
        ? ""
        : route.path().endsWith("/upload")
            ? "multipart/form-data; boundary=b"
            : route.path().endsWith("/bulk") ? "application/x-ndjson" : "application/json";
  }

  /** Calls the route with this path, body and these headers beside the credential. */
  Answer send(Route route, String path, String body, As as, Map<String, String> more) {
    var all = new ArrayList<>(List.of(headers.get(as)));
    more.forEach((name, value) -> all.addAll(List.of(name, value)));
    return send(route.method(), path, body, type(route, body), all.toArray(String[]::new));
  }

  /** The body that the route wants, about what is the own tenant's. */
  String filledBody(Route route) {
    return filled(body(route), own);
  }

  /** The path of what is the own tenant's. */
  String ownPath(Route route) {
    return path(route, route.ofTenants() ? As.ADMIN : As.OPERATOR, own);
  }

  /** The OpenAPI document as the system serves it. */
  JsonNode served() {
    return send("GET", "/openapi.json", "", "", new String[0]).json();
  }

  private String path(Route route, As as, Things things) {
    var path = route.path();
    if (path.contains("{externalId}")) {
      send("PUT", "/v1/knowledge-bases/" + things.knowledgeBase() + "/documents/by-external-id/x",
          filled(NAMED, things), "application/json", bearer(things.adminKey()));
    }
    var id = path.contains("{id}") ? target(route, as, things).toString() : "";
    var more = things == closed && path.equals("/v1/ingest-jobs/{id}") ? "?detail=true" : "";
    return path.replace("{id}", id).replace("{knowledgeBaseId}", things.knowledgeBase().toString())
        .replace("{tenantId}", things.tenant().toString()).replace("{externalId}", "x")
        .replace("{key}", "llm_max_tokens") + more;
  }

  /** What the route's id names: a new one where the call may end it. */
  private UUID target(Route route, As as, Things things) {
    if (things == others || as.isScoped() || as == As.NOBODY || as == As.WRONG_TOKEN) {
      var kind = route.path().substring(0, route.path().indexOf('{')) + things.tenant();
      var known = unharmed.get(kind);
      if (known == null) {
        known = made(route, as, things);
        unharmed.put(kind, known);
      }
      return known;
    }
    return made(route, as, things);
  }

  private UUID made(Route route, As as, Things things) {
    var path = route.path();
    var isDelete = route.method().equals("DELETE");
    if (path.startsWith("/v1/knowledge-bases/")) {
      return isDelete || path.endsWith("/reindex") ? fresh(things) : things.knowledgeBase();
    }
    if (path.startsWith("/v1/documents/")) {
      return isDelete ? document(things, things == closed ? ACL : "") : things.document();
    }
    if (path.contains("/ingest-jobs/{id}")) {
      if (things == closed) {
        return failedJob();
      }
      return id(made("/v1/ingest-jobs", filled("{\"knowledge_base_id\": \"KB\"}", things), bearer(things.adminKey())));
    }
    if (path.startsWith("/v1/reindex-jobs/")) {
      return switchedJob(things);
    }
    if (path.startsWith("/v1/conversations/")) {
      // A conversation is its key's alone.
      var owner = things != others && as != As.NOBODY ? headers.get(as) : bearer(things.adminKey());
      return id(made("/v1/conversations", filled(TALK, things), owner));
    }
    if (path.contains("/api-keys/{id}")) {
      return id(made("/v1/api-keys", "{\"name\": \"k\"}", bearer(things.adminKey())));
    }
    if (path.startsWith("/admin/tokens/")) {
      return id(made("/admin/tokens", "{\"name\": \"n\"}", headers.get(As.OPERATOR)));
    }
    return path.startsWith("/admin/tenants/") ? id(tenant()) : new UUID(4, 2);
  }

  /** A reindexing whose new index queries see. */
  private UUID switchedJob(Things things) {
    var started = send("POST", "/v1/knowledge-bases/" + fresh(things) + "/reindex", "{}", "application/json",
        bearer(things.adminKey()));
    assertThat(started.status()).as(started.text()).isEqualTo(202);
    var job = id(started.json());
    await().atMost(Duration.ofSeconds(60)).until(
        () -> send("GET", "/v1/reindex-jobs/" + job, "", "", bearer(things.adminKey())).json().path("state")
            .asString(),
        "switched"::equals);
    return job;
  }

  /** A job of a document that nobody but an admin key reads, with why it failed. */
  UUID failedJob() {
    if (closedJob == null) {
      var admin = bearer(closed().adminKey());
      var job = id(made("/v1/ingest-jobs", filled("{\"knowledge_base_id\": \"KB\"}", closed()), admin));
      var sent = send("POST", "/v1/knowledge-bases/" + closed().knowledgeBase() + "/documents/upload",
          part("job_id", job.toString()) + part("title", "about " + closed().document()) + part(ACL_PARTS)
              + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7 no more\r\n--b--\r\n",
          "multipart/form-data; boundary=b", admin);
      assertThat(sent.status()).as(sent.text()).isEqualTo(202);
      await().atMost(Duration.ofSeconds(60)).until(() -> !send("GET", "/v1/ingest-jobs/" + job + "?detail=true", "", "",
          admin).json().path("failures").isEmpty());
      closedJob = job;
    }
    return closedJob;
  }

  private static String part(String... namesAndValues) {
    var parts = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parts.append("--b\r\nContent-Disposition: form-data; name=\"").append(namesAndValues[i]).append("\"\r\n\r\n")
          .append(namesAndValues[i + 1]).append("\r\n");
    }
    return parts.toString();
  }

  private UUID fresh(Things things) {
    return id(made("/v1/knowledge-bases", filled("{\"name\": \"kb N\"}", things), bearer(things.adminKey())));
  }

  private JsonNode tenant() {
    return made("/admin/tenants", filled("{\"name\": \"t N\", \"quota_doc_count\": -1, \"quota_kb_count\": -1}", null),
        headers.get(As.OPERATOR));
  }

  private Things things(JsonNode tenant) {
    var admin = made("/admin/tenants/" + id(tenant) + "/api-keys",
        "{\"name\": \"a\", \"role\": \"admin\", \"rate_limit_per_minute\": 1000000}", headers.get(As.OPERATOR))
        .path("api_key").asString();
    var base = id(made("/v1/knowledge-bases", "{\"name\": \"kb\"}", bearer(admin)));
    var empty = new Things(id(tenant), base, base, admin);
    return new Things(id(tenant), base, document(empty, ""), admin);
  }

  /** A document that has been indexed. */
  private UUID document(Things things, String fields) {
    var body = filled("{\"title\": \"t\", \"content\": \"document N of a heron\", \"wait\": 60" + fields + "}", things);
    var made = made("/v1/knowledge-bases/" + things.knowledgeBase() + "/documents", body, bearer(things.adminKey()));
    assertThat(made.path("status").asString()).isEqualTo("indexed");
    return UUID.fromString(made.path("document_id").asString());
  }

  private String[] key(String fields) {
    return bearer(made("/v1/api-keys", "{\"name\": \"k\", \"rate_limit_per_minute\": 1000000, " + fields + "}",
        bearer(own.adminKey())).path("api_key").asString());
  }

  static String[] bearer(String key) {
    return new String[]{"Authorization", "Bearer " + key};
  }

  private String filled(String body, Things things) {
    var numbered = body.contains(" N") ? body.replace(" N", " " + numbers.incrementAndGet() + " " + run) : body;
    if (things == null) {
      return numbered;
    }
    var isClosed = things == closed;
    var id = things.document().toString();
    return numbered.replace("KB", things.knowledgeBase().toString()).replace("DOC", id)
        .replace("PARTS", isClosed ? part("document_id", id) + part(ACL_PARTS) : "")
        .replace("MORE", isClosed ? ", \"document_id\": \"" + id + "\"" + ACL : "").replace("ACL", isClosed ? ACL : "");
  }

  static UUID id(JsonNode made) {
    return UUID.fromString(made.path("id").asString());
  }

  JsonNode made(String path, String body, String[] credential) {
    var answer = send("POST", path, body, "application/json", credential);
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    var made = answer.json();
    Stream.of("api_key", "initial_api_key", "token").map(it -> made.path(it).asString("")).filter(it -> !it.isEmpty())
        .forEach(issued::add);
    return made;
  }

  Answer send(String method, String path, String body, String type, String[] credential) {
    var request = HttpRequest.newBuilder(URI.create(baseUrl + path)).timeout(Duration.ofSeconds(90)).method(method,
        body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    for (int i = 0; i < credential.length; i += 2) {
      request.header(credential[i], credential[i + 1]);
    }
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    try {
      HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
      try (var content = response.body()) {
        // A timeline has no end; that it began is enough.
        var isStream = response.headers().firstValue("content-type").orElse("").startsWith("text/event-stream");
        var text = isStream && path.contains("/events") ? "" : OpenAnswer.read(content, isStream);
        ContractCheck.check(method, path, response.statusCode(),
            response.headers().firstValue("content-type").orElse(""), text);
        return new Answer(response.statusCode(), text, response.headers().map().toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
