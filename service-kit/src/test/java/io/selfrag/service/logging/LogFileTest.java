package io.selfrag.service.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import io.selfrag.service.config.LogSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

class LogFileTest {
  private static final String BOOT_LOGGING = "org.springframework.boot.logging.LoggingSystem";

  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private final PrintStream errBefore = System.err;
  private final PrintStream outBefore = System.out;
  private final Logger ours = LoggerFactory.getLogger("io.selfrag.some.Place");
  private final Logger theirs = LoggerFactory.getLogger("org.apache.kafka.Place");

  @TempDir
  Path folder;

  private Path file;

  @BeforeEach
  void watchTheTerminal() {
    file = folder.resolve("100%/selfrag.log");
    var both = new PrintStream(terminal, true, StandardCharsets.UTF_8);
    System.setErr(both);
    System.setOut(both);
  }

  @AfterEach
  void logAsBefore() throws Exception {
    System.setErr(errBefore);
    System.setOut(outBefore);
    System.clearProperty(BOOT_LOGGING);
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    new ContextInitializer(context).autoConfig();
  }

  private void open(String format) {
    LogFile.open(file, new LogSettings(format, "INFO"));
  }

  @Test
  void theLogIsInTheFileAndTheTerminalSeesOnlyWhatSomeoneMustActUpon() throws IOException {
    open("plain");

    ours.info("all is well");
    theirs.warn("a library worries");
    theirs.error("a library is upset");
    ours.atError().addKeyValue("server", "PostgreSQL").setCause(new IOException("secret detail")).log("server died");

    assertThat(Files.readString(file)).contains("INFO ", "all is well", "a library worries", "a library is upset",
        "server died server=PostgreSQL", "java.io.IOException: secret detail");
    assertThat(terminal.toString(StandardCharsets.UTF_8))
        .isEqualTo("server died server=PostgreSQL (more in " + file + ")" + System.lineSeparator());
  }

  @Test
  void machinesGetOneObjectALine() throws IOException {
    open("json");

    ours.atInfo().addKeyValue("tenant_id", "t").log("document accepted");

    var line = JsonMapper.shared().readTree(Files.readString(file));
    assertThat(line.path("message").asString()).isEqualTo("document accepted");
    assertThat(line.path("tenant_id").asString()).isEqualTo("t");
  }

  @Test
  void whatIsKeptIsBounded() throws IOException {
    open("plain");
    var line = "x".repeat(1 << 20);

    await().until(() -> {
      for (int i = 0; i < 30; i++) {
        ours.info(line);
      }
      return Files.exists(folder.resolve("100%/selfrag.log.2"));
    });

    try (var files = Files.list(file.getParent())) {
      assertThat(files.map(it -> it.getFileName().toString()))
          .allMatch(name -> name.matches("selfrag\\.log(\\.[1-5])?"));
    }
  }
}
