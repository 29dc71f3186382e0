package io.selfrag.chunker.parse;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Assumptions;

/** The public corpus, where the machine has it: {@code SELFRAG_TEST_DATA}, or a folder beside the repository. */
public final class TestData {
  private TestData() {}

  /** A folder of the corpus; the test is skipped with a message if it is not there. */
  public static Path folder(String name) {
    String configured = System.getenv("SELFRAG_TEST_DATA");
    Path folder = (configured == null ? beside() : Path.of(configured)).resolve(name);
    if (!Files.isDirectory(folder)) {
      System.err.println("SKIPPED: no test data in " + folder + "; set SELFRAG_TEST_DATA to run this test");
    }
    Assumptions.assumeTrue(Files.isDirectory(folder), () -> "no test data in " + folder);
    return folder;
  }

  private static Path beside() {
    Path repository = Path.of("").toAbsolutePath();
    while (repository.getParent() != null && !Files.exists(repository.resolve("mvnw"))) {
      repository = repository.getParent();
    }
    return repository.resolveSibling("shared").resolve("data");
  }
}
