package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.query.QueryService.As;
import io.selfrag.query.QueryService.Tenant;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;

/** Every route there is, asked by those who may not: a new route is here without being named. */
@ExtendWith(NothingBlocks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessIT {
  private static final QueryService SERVICE = QueryService.shared();

  private Tenant tenant;
  private Tenant disabled;

  record Route(String method, String path, Role role) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  @BeforeAll
  void tenants() {
    tenant = SERVICE.tenant();
    disabled = SERVICE.tenant();
    QueryService.require(200,
        SERVICE.post(As.OPERATOR, "/admin/tenants/" + disabled.id() + "/disable", Map.of("reason", "unpaid")));
  }

  static Stream<Route> tenantRoutes() {
    return routes("/v1/");
  }

  static Stream<Route> operatorRoutes() {
    return routes("/admin/");
  }

  private static Stream<Route> routes(String prefix) {
    var mapping = SERVICE.context.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class);
    return mapping.getHandlerMethods().entrySet().stream()
        .flatMap(it -> it.getKey().getPatternsCondition().getPatterns().stream()
            .filter(pattern -> pattern.getPatternString().startsWith(prefix))
            .flatMap(pattern -> it.getKey().getMethodsCondition().getMethods().stream()
                .map(method -> new Route(method.name(),
                    pattern.getPatternString().replaceAll("\\{[^}]+}", new UUID(4, 2).toString()),
                    prefix.equals("/v1/") ? role(it.getValue()) : Role.ADMIN))));
  }

  private static Role role(HandlerMethod method) {
    var onMethod = method.getMethodAnnotation(RequiresRole.class);
    return Objects.requireNonNull(onMethod != null ? onMethod : method.getBeanType().getAnnotation(RequiresRole.class))
        .value();
  }

  @Test
  void thereAreRoutes() {
    assertThat(tenantRoutes()).hasSizeGreaterThanOrEqualTo(14);
    assertThat(operatorRoutes()).hasSizeGreaterThanOrEqualTo(17);
  }

  @ParameterizedTest
  @MethodSource("tenantRoutes")
  void aTenantsRouteAsksWhoCallsBeforeItReadsAnything(Route route) {
    var nobody = SERVICE.send(As.NOBODY, route.method(), route.path(), "no json");
    assertThat(nobody.status()).isEqualTo(401);
    assertThat(nobody.code()).isEqualTo("UNAUTHORIZED");
    assertThat(nobody.header("www-authenticate")).startsWith("Bearer");
    for (String key : List.of("kb_sk_" + "x".repeat(43), "kb_sk_short", "other")) {
      assertThat(SERVICE.send(As.key(key), route.method(), route.path(), "no json").code())
          .isEqualTo("INVALID_API_KEY");
    }
    assertThat(SERVICE.send(As.OPERATOR, route.method(), route.path(), "no json").status()).isEqualTo(401);
    assertThat(SERVICE.send(disabled.admin(), route.method(), route.path(), "no json").code())
        .isEqualTo("TENANT_DISABLED");
  }

  @ParameterizedTest
  @MethodSource("tenantRoutes")
  void aTenantsRouteChecksTheRoleBeforeItReadsAnything(Route route) {
    for (Role role : Role.values()) {
      if (role.compareTo(route.role()) < 0) {
        var as = role == Role.READ ? tenant.read() : tenant.write();
        var answer = SERVICE.send(as, route.method(), route.path(), "no json");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.code()).isEqualTo("ROLE_NOT_ALLOWED");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("operatorRoutes")
  void anOperatorsRouteIsForOperators(Route route) {
    assertThat(SERVICE.send(As.NOBODY, route.method(), route.path(), "no json").code())
        .isEqualTo("MISSING_ADMIN_TOKEN");
    var wrong = SERVICE.send(new As("X-Admin-Token", QueryService.ADMIN_TOKEN + "x"), route.method(), route.path(),
        "no json");
    assertThat(wrong.status()).isEqualTo(403);
    assertThat(wrong.code()).isEqualTo("INVALID_ADMIN_TOKEN");
    assertThat(SERVICE.send(tenant.admin(), route.method(), route.path(), "no json").status()).isEqualTo(401);
  }

  static Stream<Route> routesWithIds() {
    return Stream.concat(tenantRoutes(), operatorRoutes()).filter(it -> it.path().contains(new UUID(4, 2).toString()))
        // Its keys are names.
        .filter(it -> !it.path().startsWith("/admin/system-config/"));
  }

  @ParameterizedTest
  @MethodSource("routesWithIds")
  void anIdThatIsNoneIsRefusedAndOneThatIsNotThereIsNotFound(Route route) {
    var as = route.path().startsWith("/v1/") ? tenant.admin() : As.OPERATOR;
    var body = route.method().equals("POST") ? bodyOf(route.path()) : "{}";
    var malformed = SERVICE.send(as, route.method(), route.path().replace(new UUID(4, 2).toString(), "no-id"), body);
    assertThat(malformed.status()).as(malformed.text()).isEqualTo(422);
    assertThat(malformed.code()).isEqualTo("VALIDATION_ERROR");
    assertThat(malformed.at("/errors/0/loc/0")).isEqualTo("path");
    var hasBody = Stream.of("rotate", "disable", "reindex").anyMatch(route.path()::endsWith);
    var missing = SERVICE.send(as, route.method(), route.path(), hasBody ? "{}" : body);
    assertThat(missing.status()).as(missing.text()).isEqualTo(404);
    assertThat(missing.code()).endsWith("NOT_FOUND");
  }

  private static String bodyOf(String path) {
    if (path.endsWith("/messages")) {
      return "{\"content\": \"q\"}";
    }
    return path.endsWith("/evaluate")
        ? "{\"queries\": [{\"id\": \"1\", \"text\": \"q\", \"relevant\": {\"d\": 1}}], \"retrievers\": [{\"name\": \"bm25\"}]}"
        : "{\"name\": \"n\"}";
  }

  @Test
  void whatIsNotThereIsAProblemToo() {
    assertThat(SERVICE.get(tenant.read(), "/v1/nothing").code()).isEqualTo("NOT_FOUND");
    assertThat(SERVICE.get(As.OPERATOR, "/admin/nothing").code()).isEqualTo("NOT_FOUND");
    assertThat(SERVICE.get(As.NOBODY, "/nothing").code()).isEqualTo("NOT_FOUND");
    var wrong = SERVICE.send(tenant.read(), "GET", "/v1/retrieve", null);
    assertThat(wrong.status()).isEqualTo(405);
    assertThat(wrong.header("allow")).isEqualTo("POST");
  }

  @Test
  void everyAnswerCarriesTheRequestsIdAndItsTime() {
    var given = SERVICE.send(tenant.read(), "GET", "/v1/me", null, "X-Request-ID", "my-id");
    assertThat(given.header("x-request-id")).isEqualTo("my-id");
    assertThat(given.header("x-response-time")).matches("\\d+ms");
    var problem = SERVICE.send(As.NOBODY, "GET", "/v1/me", null, "X-Request-ID", "x".repeat(65));
    assertThat(problem.at("/request_id")).isEqualTo(problem.header("x-request-id")).hasSize(36);
    assertThat(problem.header("content-type")).startsWith("application/problem+json");
  }
}
