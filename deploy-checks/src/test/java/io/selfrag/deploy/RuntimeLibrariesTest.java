package io.selfrag.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A service alone has what its modules run with. Maven lets a service's own {@code test} scope take a library away that a module
 * brings to run with; in one process with others nobody notices.
 */
class RuntimeLibrariesTest {
  private static final Pattern DEPENDENCY = Pattern
      .compile("<artifactId>([^<]+)</artifactId>(?:<scope>([a-z]+)</scope>)?</dependency>");

  @Test
  void noServiceTakesALibraryAwayThatItsModulesRunWith() {
    var shipped = new TreeMap<String, String>();
    Stream.of("schemas", "catalog", "embedding", "vector-store", "service-kit").forEach(module -> scopes(module)
        .forEach((artifact, scope) -> {
          if (scope.equals("compile") || scope.equals("runtime")) {
            shipped.put(artifact, module);
          }
        }));
    assertThat(shipped).containsEntry("postgresql", "catalog");

    for (Service service : Service.values()) {
      assertThat(scopes(service.module())).as(service.module()).allSatisfy((artifact, scope) -> assertThat(
          scope.equals("test") && shipped.containsKey(artifact)).as(artifact + " of " + shipped.get(artifact))
          .isFalse());
    }
  }

  private static Map<String, String> scopes(String module) {
    var found = new TreeMap<String, String>();
    DEPENDENCY.matcher(Repository.text(module + "/pom.xml")).results()
        .forEach(it -> found.put(it.group(1), it.group(2) == null ? "compile" : it.group(2)));
    return found;
  }
}
