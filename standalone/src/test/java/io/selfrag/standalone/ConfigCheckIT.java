package io.selfrag.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.servers.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@ResourceLock(RunningSystem.LOCK)
class ConfigCheckIT {
  private final RunningSystem system = RunningSystem.shared();

  @TempDir
  Path folder;

  @Test
  void aSystemThatIsWellIsShownWithItsSecretsMaskedAndEveryConnectionIsTried() throws Exception {
    var checked = Script.run(folder, Map.of("LLM_MAX_TOKENS", "77", "DATABASE_POOL_TIMEOUT", "9s", "SECRET_KEY",
        "hunter2hunter2hunter2"), "config", "check", "--data", system.data().toString(), "--timeout", "60");

    assertThat(checked.exitCode()).as(checked.out() + checked.err()).isZero();
    assertThat(checked.err()).isEmpty();
    assertThat(checked.out().lines()).anySatisfy(it -> assertThat(it).matches(" +LLM_MAX_TOKENS +77 +environment"))
        .anySatisfy(it -> assertThat(it).matches(" +DB_POOL_TIMEOUT +9s +environment, by DATABASE_POOL_TIMEOUT"))
        .anySatisfy(it -> assertThat(it).matches(" +DB_POOL_SIZE +10 +default"))
        .anySatisfy(it -> assertThat(it).matches(" +SECRET_KEY +\\*{8} +environment"))
        .anySatisfy(
            it -> assertThat(it).matches(" +DATABASE_URL +postgresql://kb:\\*{8}@127.0.0.1:\\d+/kb +data folder"))
        .anySatisfy(it -> assertThat(it).matches(" +broker +ok: 1 broker +127.0.0.1:\\d+"))
        .anySatisfy(it -> assertThat(it).matches(" +PostgreSQL +ok .*"))
        .anySatisfy(it -> assertThat(it).matches(" +Redis +ok .*"))
        .anySatisfy(it -> assertThat(it).matches(" +vector store +ok .*"))
        .anySatisfy(it -> assertThat(it).matches(" +embedding model +ok .*"))
        .anySatisfy(it -> assertThat(it).matches(" +chat model +ok: extractive.*"));
    assertThat(checked.out()).doesNotContain("hunter2")
        .doesNotContain(Files.readString(system.data().resolve("redis/password")).strip())
        .doesNotContain(Files.readString(system.data().resolve("postgres/password")).strip());
  }

  @Test
  void whatDoesNotAnswerIsNamedWithTheReasonAndTheRestIsTriedAllTheSame() throws Exception {
    var data = Files.createDirectory(folder.resolve("data"));
    for (String server : new String[]{"broker", "postgres", "redis"}) {
      copy(server + "/port", data);
    }
    copy("postgres/password", data);
    copy("redis/password", data);
    Files.writeString(data.resolve("redis/port"), String.valueOf(FreePorts.any()));

    var checked = Script.run(folder, Map.of(), "config", "check", "--data", data.toString(), "--timeout", "60");

    assertThat(checked.exitCode()).as(checked.out() + checked.err()).isEqualTo(1);
    assertThat(checked.out().lines()).anySatisfy(it -> assertThat(it).matches(" +PostgreSQL +ok .*"))
        .anySatisfy(it -> assertThat(it).matches(" +broker +ok: 1 broker .*"))
        .anySatisfy(it -> assertThat(it).matches(" +Redis +failed: .*Connection refused.*"));
  }

  private void copy(String name, Path data) throws IOException {
    Files.createDirectories(data.resolve(name).getParent());
    Files.copy(system.data().resolve(name), data.resolve(name));
  }

  @Test
  void wrongValuesAreALineEachOfAllServicesAndNothingIsTried() throws Exception {
    var checked = Script.run(folder, Map.of("DATABASE_URL", "mysql://u:hunter2@x/y", "MAX_WORKERS", "0",
        "LLM_TEMPERATURE", "9", "QDRANT_URL", "qdrant", "MAX_DOCUMENT_SIZE_MB", "0"), "config", "check");

    assertThat(checked.exitCode()).isEqualTo(2);
    assertThat(checked.err().lines().map(it -> it.split(" ")[2])).containsExactlyInAnyOrder("DATABASE_URL",
        "MAX_WORKERS", "LLM_TEMPERATURE", "QDRANT_URL", "MAX_DOCUMENT_SIZE_MB");
    assertThat(checked.err().lines()).allMatch(it -> it.startsWith("Configuration error: "));
    assertThat(checked.out()).doesNotContain("Connections").doesNotContain("hunter2");
  }
}
