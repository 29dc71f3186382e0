package io.selfrag.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script of the container {@code backup}, with a command line beside it that ends as it is told. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "SKIPPED: the script runs in the image, on Linux")
class ScheduledBackupTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String LAST_SUCCESS = "selfrag_backup_last_success_seconds";

  @TempDir
  private Path folder = Path.of("");

  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void layOut() throws IOException {
    Files.copy(Repository.path("deploy/image/scheduled"), folder.resolve("scheduled"),
        StandardCopyOption.COPY_ATTRIBUTES);
  }

  @AfterEach
  void stop() {
    started.forEach(it -> {
      it.descendants().forEach(ProcessHandle::destroyForcibly);
      it.destroyForcibly();
    });
  }

  private Process run(int exitCode) throws IOException {
    var command = Files.writeString(folder.resolve("selfrag"), "#!/usr/bin/env bash\nexit " + exitCode + "\n");
    assertThat(command.toFile().setExecutable(true)).isTrue();
    var builder = new ProcessBuilder(folder.resolve("scheduled").toString(), "12", "backup").redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("STATE_DIR", folder.toString());
    builder.environment().put("TMPDIR", folder.toString());
    var process = builder.start();
    started.add(process);
    await().atMost(LIMIT).pollInterval(Duration.ofMillis(20))
        .until(() -> told().contains("selfrag_backup_last_exit_code " + exitCode + "\n"));
    return process;
  }

  private String told() throws IOException {
    var file = folder.resolve("backup.prom");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private long lastSuccess() throws IOException {
    return told().lines().filter(it -> it.startsWith(LAST_SUCCESS)).mapToLong(
        it -> Long.parseLong(it.substring(LAST_SUCCESS.length() + 1))).findFirst().orElseThrow();
  }

  @Test
  void aRunThatFailsIsToldToPrometheusAndMakesTheContainerUnhealthy() throws IOException, InterruptedException {
    Files.writeString(folder.resolve("backup.prom"), LAST_SUCCESS + " 1000\n");
    Files.createFile(folder.resolve("succeeded"));

    var process = run(3);

    assertThat(lastSuccess()).as("what succeeded before a restart counts on").isEqualTo(1000);
    assertThat(told()).contains("selfrag_backup_interval_seconds 43200\n");
    assertThat(folder.resolve("succeeded")).doesNotExist();
    process.destroy();
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as("it stops when it is told to").isTrue();
  }

  @Test
  void aRunThatSucceedsIsTheNewLastOne() throws IOException {
    Files.writeString(folder.resolve("backup.prom"), LAST_SUCCESS + " 1000\n");

    run(0);

    assertThat(lastSuccess()).isGreaterThan(1_700_000_000);
    assertThat(folder.resolve("succeeded")).exists();
  }
}
