package io.selfrag.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.selfrag.service.http.contract.ContractCheck;
import io.selfrag.service.http.contract.OpenApiDocument;
import io.selfrag.standalone.RoutesWorld.As;
import io.selfrag.standalone.client.Credentials;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Calls every route of both HTTP services as everybody, and compares what they answer with {@code docs/routes.md}. A route is found
 * by its annotations, so that a new one is in the table or this fails.
 */
@ResourceLock(RunningSystem.LOCK)
class RoutesIT {
  private static final Path TABLE = Path.of("").toAbsolutePath().getParent().resolve("docs/routes.md");
  private static final String NONE = "–";
  private static RoutesWorld world;

  record Route(String method, String path) {
    boolean ofTenants() {
      return path.startsWith("/v1/");
    }

    /** Whether the answer is a result for each of many documents. */
    boolean takesMany() {
      return path.endsWith("/batch") || path.endsWith("/bulk");
    }

    /** Whether documents come back that the call does not name. */
    boolean showsMany() {
      return (method.equals("GET") && (path.endsWith("/documents") || path.endsWith("/export")
          || path.equals("/v1/ingest-jobs/{id}")))
          || path.endsWith("/evaluate") || path.equals("/v1/retrieve") || path.startsWith("/v1/rag")
          || path.equals("/v1/chat/completions") || path.endsWith("/messages");
    }

    /** Whether it matters to it what a document's ACL says. */
    boolean concernsDocuments() {
      return path.startsWith("/v1/documents/") || path.contains("/documents") || showsMany();
    }

    /** Whether the path or the body names something that belongs to a tenant. */
    boolean namesSomething() {
      return path.contains("{") || RoutesWorld.body(this).contains("KB");
    }

    /** Whether it names a knowledge base or what is in one. */
    boolean namesAKnowledgeBase() {
      return namesSomething() && !path.startsWith("/v1/api-keys") && !path.startsWith("/v1/conversations/");
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  @BeforeAll
  static void make() {
    var credentials = Credentials.in(RunningSystem.shared().data()).orElseThrow();
    world = new RoutesWorld(credentials.baseUrl(), credentials.adminToken());
  }

  @AfterAll
  static void close() {
    world.close();
  }

  static List<Route> routes() {
    return allRoutes().filter(it -> it.path().startsWith("/v1/") || it.path().startsWith("/admin/")).distinct()
        .sorted(Comparator.comparing(Route::ofTenants).reversed().thenComparing(Route::path)
            .thenComparing(it -> List.of("GET", "POST", "PUT", "PATCH", "DELETE").indexOf(it.method())))
        .toList();
  }

  private static Stream<Route> allRoutes() {
    return new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages("io.selfrag.query", "io.selfrag.ingest", "io.selfrag.service").stream()
        .filter(it -> it.isAnnotatedWith(RestController.class)).map(JavaClass::reflect)
        .flatMap(it -> Stream.of(it.getDeclaredMethods()).flatMap(method -> routes(it, method)));
  }

  private static Stream<Route> routes(Class<?> controller, Method method) {
    var mapping = AnnotatedElementUtils.findMergedAnnotation(method, RequestMapping.class);
    if (mapping == null) {
      return Stream.empty();
    }
    var above = AnnotatedElementUtils.findMergedAnnotation(controller, RequestMapping.class);
    return paths(above).flatMap(prefix -> paths(mapping).flatMap(
        path -> Arrays.stream(mapping.method()).map(it -> new Route(it.name(), prefix + path))));
  }

  private static Stream<String> paths(RequestMapping mapping) {
    return mapping == null || mapping.path().length == 0 ? Stream.of("") : Stream.of(mapping.path());
  }

  @Test
  void everyRouteAnswersEveryoneAsTheTableSays() throws Exception {
    var tenants = new ArrayList<String>();
    var operators = new ArrayList<String>();
    for (Route route : routes()) {
      if (route.ofTenants()) {
        tenants.add(row(route, this::ofTenants));
      } else {
        operators.add(row(route, this::ofOperators));
      }
    }

    var table = RoutesWorld.TEXT.formatted(String.join("\n", tenants), String.join("\n", operators));
    Files.writeString(Path.of("target/routes.md"), table);
    assertThat(table).as("standalone/target/routes.md is what is so").isEqualTo(Files.readString(TABLE));
  }

  @Test
  void theRunningSystemsDocumentHasTheRoutesOfItsServicesAndNoOther() {
    var served = world.served();

    assertThat(served).isEqualTo(OpenApiDocument.read());
    assertThat(ContractCheck.operations()).containsExactlyInAnyOrderElementsOf(
        allRoutes().map(it -> ContractCheck.anonymous(it.toString())).collect(Collectors.toSet()));
  }

  private static String row(Route route, Function<Route, List<String>> cells) {
    return "| `" + route + "` | " + cells.apply(route).stream().collect(Collectors.joining(" | ")) + " |";
  }

  private List<String> ofTenants(Route route) {
    return List.of(world.call(route, As.NOBODY, world.own()), world.call(route, As.READ, world.own()),
        world.call(route, As.WRITE, world.own()), world.call(route, As.ADMIN, world.own()),
        route.namesSomething() ? byRole(as -> world.call(route, as, world.others())) : NONE,
        route.namesAKnowledgeBase() ? byRole(as -> world.call(route, as.scoped(), world.own())) : NONE,
        route.concernsDocuments() ? byRole(as -> world.callAboutClosed(route, as)) : NONE);
  }

  /** What all roles are answered, or what each is. */
  private static String byRole(Function<As, String> call) {
    var roles = new LinkedHashMap<String, List<String>>();
    for (var as : List.of(As.READ, As.WRITE, As.ADMIN)) {
      roles.computeIfAbsent(call.apply(as), it -> new ArrayList<>()).add(as.name().toLowerCase(Locale.ROOT));
    }
    return roles.size() == 1
        ? roles.keySet().iterator().next()
        : roles.entrySet().stream().map(it -> String.join(", ", it.getValue()) + ": " + it.getKey())
            .collect(Collectors.joining("; "));
  }

  private List<String> ofOperators(Route route) {
    return List.of(world.call(route, As.NOBODY, world.own()), world.call(route, As.ADMIN, world.own()),
        world.call(route, As.WRONG_TOKEN, world.own()), world.call(route, As.OPERATOR, world.own()),
        world.call(route, As.NAMED_OPERATOR, world.own()));
  }
}
