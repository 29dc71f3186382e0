package io.selfrag.ingest.http;

import static io.selfrag.ingest.Answers.invalid;
import static io.selfrag.ingest.Answers.ok;
import static io.selfrag.ingest.Answers.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.ingest.NothingBlocks;
import io.selfrag.ingest.Service;
import io.selfrag.ingest.Service.Answer;
import io.selfrag.ingest.Service.Tenant;
import io.selfrag.schemas.Lane;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;

/** Every route: who may call it, and what it says of ids that are somebody else's or none. */
@ExtendWith(NothingBlocks.class)
class AccessIT {
  private static final String DOCUMENT = "{\"title\":\"t\",\"content\":\"c\",\"wait\":0}";
  private static final String FORM = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n";
  private static Service service;
  private static Tenant tenant;
  private static Tenant other;
  private static String outside;

  /**
   * A route of this service.
   *
   * @param path with {@code KB}, {@code DOC} or {@code JOB} where an id stands
   * @param notFound what it answers where there is no such thing
   */
  record Route(String method, String path, String role, @Nullable String type, @Nullable String body, String notFound) {
    @Override
    public String toString() {
      return method + " " + path;
    }

    Answer call(@Nullable String key, UUID knowledgeBase, UUID document, UUID job) {
      var at = path.replace("KB", knowledgeBase.toString()).replace("DOC", document.toString()).replace("JOB",
          job.toString());
      var publisher = body == null
          ? BodyPublishers.noBody()
          : BodyPublishers.ofString(body.replace("KB", knowledgeBase.toString()));
      return type == null
          ? service.exchange(method, key, at, publisher).join()
          : service.exchange(method, key, at, publisher, "Content-Type", type).join();
    }
  }

  static List<Route> routes() {
    var json = "application/json";
    var kb = "/v1/knowledge-bases/KB/documents";
    return List.of(new Route("POST", kb, "write", json, DOCUMENT, "KB_NOT_FOUND"),
        new Route("POST", kb + "/upload", "write", "multipart/form-data; boundary=b", FORM, "KB_NOT_FOUND"),
        new Route("POST", kb + "/batch", "write", json, "{\"documents\":[" + DOCUMENT + "]}", "KB_NOT_FOUND"),
        new Route("POST", kb + "/bulk", "write", "application/x-ndjson", DOCUMENT + "\n", "KB_NOT_FOUND"),
        new Route("PUT", kb + "/by-external-id/x", "write", json, DOCUMENT, "KB_NOT_FOUND"),
        new Route("DELETE", kb + "/by-external-id/x", "write", null, null, "KB_NOT_FOUND"),
        new Route("GET", kb, "read", null, null, "KB_NOT_FOUND"),
        new Route("GET", kb + "/export", "read", null, null, "KB_NOT_FOUND"),
        new Route("GET", "/v1/documents/DOC", "read", null, null, "DOC_NOT_FOUND"),
        new Route("GET", "/v1/documents/DOC/chunks", "read", null, null, "DOC_NOT_FOUND"),
        new Route("GET", "/v1/documents/DOC/content", "read", null, null, "DOC_NOT_FOUND"),
        new Route("GET", "/v1/documents/DOC/events", "read", null, null, "DOC_NOT_FOUND"),
        new Route("PATCH", "/v1/documents/DOC", "write", json, "{\"title\":\"u\"}", "DOC_NOT_FOUND"),
        new Route("POST", "/v1/documents/DOC/interrupt", "write", null, null, "DOC_NOT_FOUND"),
        new Route("POST", "/v1/documents/DOC/retry", "write", null, null, "DOC_NOT_FOUND"),
        new Route("DELETE", "/v1/documents/DOC", "write", null, null, "DOC_NOT_FOUND"),
        new Route("POST", "/v1/ingest-jobs", "write", json, "{\"knowledge_base_id\":\"KB\"}", "KB_NOT_FOUND"),
        new Route("POST", "/v1/ingest-jobs/JOB/complete", "write", null, null, "JOB_NOT_FOUND"),
        new Route("GET", "/v1/ingest-jobs/JOB", "read", null, null, "JOB_NOT_FOUND"),
        new Route("GET", "/v1/ingest-jobs/JOB/events", "read", null, null, "JOB_NOT_FOUND"));
  }

  @BeforeAll
  static void start() {
    service = Service.shared();
    tenant = service.tenant();
    other = service.tenant();
    outside = service.key(tenant.id(), "admin", service.knowledgeBase(tenant.id()), null);
  }

  private static UUID document(Tenant owner) {
    return UUID.fromString(ok(202, service.post(owner.writeKey(), owner.documents(), DOCUMENT)).at("/document_id"));
  }

  private static UUID job(Tenant owner) {
    return UUID.fromString(ok(201, service.post(owner.writeKey(), "/v1/ingest-jobs",
        "{\"knowledge_base_id\":\"" + owner.knowledgeBase() + "\"}")).at("/id"));
  }

  @Test
  void noRouteIsMissingHere() {
    var mapped = service.context.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
        .getHandlerMethods().keySet().stream()
        .flatMap(it -> it.getPatternsCondition().getPatterns().stream()
            .filter(pattern -> pattern.getPatternString().startsWith("/v1/"))
            .flatMap(pattern -> it.getMethodsCondition().getMethods().stream()
                .map(method -> method + " " + pattern.getPatternString().replaceAll("\\{\\w+}", "*"))))
        .collect(Collectors.toSet());

    Set<String> listed = routes().stream()
        .map(it -> it.method() + " " + it.path().replaceAll("KB|DOC|JOB|(?<=by-external-id/)x", "*"))
        .collect(Collectors.toSet());

    assertThat(listed).isEqualTo(mapped);
  }

  @ParameterizedTest
  @MethodSource("routes")
  void withoutAKeyNothingIsSaid(Route route) {
    problem(route.call(null, tenant.knowledgeBase(), UUID.randomUUID(), UUID.randomUUID()), 401, "UNAUTHORIZED");
  }

  @ParameterizedTest
  @MethodSource("routes")
  void aRoleThatIsTooLowIsRefusedAndOneThatIsHighEnoughIsNot(Route route) {
    if (route.role().equals("write")) {
      problem(route.call(tenant.readKey(), tenant.knowledgeBase(), UUID.randomUUID(), UUID.randomUUID()), 403,
          "ROLE_NOT_ALLOWED");
    }
    var allowed = route.role().equals("write") ? tenant.writeKey() : tenant.readKey();
    assertThat(route.call(allowed, UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID()).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @MethodSource("routes")
  void anotherTenantsIdIsNotFoundLikeOneThatDoesNotExist(Route route) {
    var theirs = route.call(tenant.adminKey(), other.knowledgeBase(), document(other), job(other));
    var nobodys = route.call(tenant.adminKey(), UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID());

    problem(theirs, 404, route.notFound());
    problem(nobodys, 404, route.notFound());
    assertThat(theirs.at("/detail")).isEqualTo(nobodys.at("/detail"));
  }

  @Test
  void whateverAStrangerSendsNothingOfTheOtherTenantChanges() {
    var document = document(other);
    var job = job(other);
    var before = everythingOf(other);

    routes().forEach(it -> it.call(tenant.adminKey(), other.knowledgeBase(), document, job));
    problem(service.post(tenant.adminKey(), tenant.documents(),
        "{\"title\":\"t\",\"content\":\"theirs\",\"wait\":0,\"document_id\":\"" + document + "\"}"), 409,
        "DOCUMENT_ID_CONFLICT");
    problem(service.upload(tenant.adminKey(), tenant.documents() + "/upload", BodyPublishers.ofString(
        "--b\r\nContent-Disposition: form-data; name=\"job_id\"\r\n\r\n" + job + "\r\n" + FORM)), 404, "JOB_NOT_FOUND");

    assertThat(everythingOf(other)).isEqualTo(before);
    assertThat(Stream.of(Lane.values()).flatMap(it -> service.commands(it, document.toString()).stream()))
        .singleElement().satisfies(it -> assertThat(it.command().getTenantId()).isEqualTo(other.id()));
  }

  private static List<String> everythingOf(Tenant owner) {
    return Stream.of("documents", "document_revisions", "document_events", "ingest_jobs", "contents", "tenant_counters")
        .flatMap(table -> service.column("select '" + table + " ' || t::text from " + table + " t where tenant_id = '"
            + owner.id() + "' order by 1").stream())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("routes")
  void aKnowledgeBaseOutsideTheKeysScopeIsForbidden(Route route) {
    problem(route.call(outside, tenant.knowledgeBase(), document(tenant), job(tenant)), 403, "KB_NOT_IN_SCOPE");
  }

  @ParameterizedTest
  @MethodSource("routes")
  void anIdThatIsNoneIsInvalid(Route route) {
    var path = route.path().replaceFirst("KB|DOC|JOB", "1-1-1-1-1");
    if (!path.equals(route.path())) {
      var answer = route.type() == null
          ? service.send(route.method(), tenant.adminKey(), path, null)
          : service.exchange(route.method(), tenant.adminKey(), path,
              BodyPublishers.ofString(route.body()), "Content-Type", route.type()).join();
      invalid(answer, route.path().contains("KB") ? "knowledge_base_id" : "id");
    }
  }

  @ParameterizedTest
  @MethodSource("routes")
  void aMethodThatIsNoneOfThePathsIsNotAllowed(Route route) {
    var path = route.path().replace("KB", tenant.knowledgeBase().toString()).replaceAll("DOC|JOB",
        UUID.randomUUID().toString());
    var answer = problem(service.send("LINK", tenant.adminKey(), path, null), 405, "METHOD_NOT_ALLOWED");

    assertThat(answer.header("Allow")).contains(route.method());
  }

  @ParameterizedTest
  @MethodSource("routesWithBodies")
  void aContentTypeThatIsNoneOfTheRoutesIsUnsupported(Route route) {
    var path = route.path().replace("KB", tenant.knowledgeBase().toString()).replace("DOC",
        document(tenant).toString());
    problem(service.exchange(route.method(), tenant.adminKey(), path,
        BodyPublishers.ofString("x"), "Content-Type", "application/pdf").join(), 415,
        "UNSUPPORTED_MEDIA_TYPE");
  }

  static Stream<Route> routesWithBodies() {
    return routes().stream().filter(it -> it.type() != null);
  }

  @Test
  void aTenantThatIsDisabledIsToldSoOnEveryRoute() {
    var disabled = service.tenant();
    service.sql("update tenants set status = 'disabled' where id = '" + disabled.id() + "'");

    assertThat(routes()).allSatisfy(it -> problem(
        it.call(disabled.adminKey(), disabled.knowledgeBase(), UUID.randomUUID(), UUID.randomUUID()), 403,
        "TENANT_DISABLED"));
  }

  @Test
  void aKnowledgeBaseThatIsBeingDeletedIsGone() {
    var gone = service.tenant();
    var document = document(gone);
    var job = job(gone);
    service.sql("update knowledge_bases set status = 'deleting' where id = '" + gone.knowledgeBase() + "'");

    assertThat(routes())
        .allSatisfy(it -> assertThat(it.call(gone.adminKey(), gone.knowledgeBase(), document, job).status())
            .as(it.toString()).isEqualTo(404));
  }
}
