package io.selfrag.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** README names every variable that the services read, and none that they do not. */
class DocumentedSettingsTest {
  private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();
  private static final Pattern READ = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)\\b");
  private static final Pattern DOCUMENTED = Pattern.compile("`([A-Z][A-Z0-9_]*)`");
  private static final String OF_THE_COMMAND = "`./selfrag` reads these as well";

  @Test
  void everyVariableOfTheServicesIsInTheReadmeAndTheReverse() throws IOException {
    var read = new TreeSet<String>();
    for (Path file : serviceFiles()) {
      read.addAll(find(READ, Files.readString(file)));
    }

    assertThat(read).as("variables of all services").contains("DATABASE_URL", "PORT", "OLLAMA_BASE_URL");
    assertThat(documented().services()).containsExactlyElementsOf(read);
  }

  @Test
  void everyVariableOfTheCommandThatTheReadmeNamesIsReadByIt() throws IOException {
    var command = Files.readString(REPOSITORY.resolve("selfrag")) + javaOf("standalone");

    assertThat(documented().command()).isNotEmpty()
        .allSatisfy(it -> assertThat(command).containsPattern("(\\$\\{|env:)" + it + "\\b"));
  }

  private record Documented(Set<String> services, Set<String> command) {}

  /** The first column of the two tables. */
  private static Documented documented() throws IOException {
    var readme = Files.readString(REPOSITORY.resolve("README.md"));
    var section = readme.substring(readme.indexOf("\n## Settings"), readme.indexOf("\n## Figures"));
    int command = section.indexOf(OF_THE_COMMAND);
    assertThat(command).isPositive();
    return new Documented(firstColumn(section.substring(0, command)), firstColumn(section.substring(command)));
  }

  private static Set<String> firstColumn(String tables) {
    var found = new TreeSet<String>();
    tables.lines().filter(it -> it.startsWith("| `"))
        .forEach(it -> found.addAll(find(DOCUMENTED, it.substring(0, it.indexOf(" | ")))));
    return found;
  }

  private static Set<String> find(Pattern pattern, String text) {
    var found = new TreeSet<String>();
    pattern.matcher(text).results().forEach(it -> found.add(it.group(1)));
    return found;
  }

  private static Iterable<Path> serviceFiles() throws IOException {
    try (Stream<Path> modules = Files.list(REPOSITORY)) {
      return modules.map(it -> it.resolve("src/main/resources").resolve(it.getFileName() + ".yml"))
          .filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static String javaOf(String module) throws IOException {
    try (Stream<Path> files = Files.walk(REPOSITORY.resolve(module).resolve("src/main/java"))) {
      var text = new StringBuilder();
      for (Path file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
        text.append(Files.readString(file));
      }
      return text.toString();
    }
  }
}
