package io.selfrag.chunker.parse.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import io.selfrag.chunker.parse.DocumentParser;
import io.selfrag.chunker.parse.DocumentParserContract;
import io.selfrag.chunker.parse.Fixtures;
import io.selfrag.chunker.parse.ParseLimits;
import io.selfrag.chunker.parse.ParseRequest;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcessDocumentParserIT {
  @TempDir
  static Path directory;

  private ProcessDocumentParser parser;

  @BeforeAll
  void startProcesses() {
    parser = new ProcessDocumentParser(
        ProcessParserSettings.of(1).withDirectory(directory).withHeapMegabytes(96).withDocumentsPerProcess(30));
  }

  @AfterAll
  void stopProcesses() {
    List<Long> ids = parser.processIds();
    parser.close();
    Awaitility.await().until(() -> ids.stream().noneMatch(ProcessDocumentParserIT::isAlive));
  }

  private static boolean isAlive(long processId) {
    return ProcessHandle.of(processId).map(ProcessHandle::isAlive).orElse(false);
  }

  @Nested
  class Contract extends DocumentParserContract {
    @Override
    protected DocumentParser parser() {
      return parser;
    }
  }

  private static ParseRequest html(String text) {
    return ParseRequest.ofBytes(Fixtures.utf8("<html><p>" + text), "a.html", null);
  }

  @Test
  void aDocumentThatTakesTooLongFailsAndTheNextOneIsParsed() {
    ParseRequest slow = ParseRequest
        .ofBytes(Fixtures.pdf(IntStream.range(0, 3000).mapToObj(i -> "page " + i).toArray(String[]::new)),
            "slow.pdf", null)
        .withLimits(ParseLimits.DEFAULTS.withTimeout(Duration.ofMillis(30)));

    assertThatThrownBy(() -> parser.parse(slow)).isInstanceOf(SelfRagException.class).extracting("code")
        .isEqualTo(ErrorCode.PARSE_TIMEOUT);

    assertThat(parser.parse(html("after")).text()).isEqualTo("after");
  }

  @Test
  void aDocumentThatExhaustsTheHeapFailsAndTheNextOneIsParsed() {
    byte[] bomb = Fixtures.inflatingDocx(150);
    ParseRequest request = ParseRequest.ofBytes(bomb, "bomb.docx", null)
        .withLimits(new ParseLimits(Duration.ofSeconds(60), 400_000_000, 400L << 20, 100, 100_000));

    assertThatThrownBy(() -> parser.parse(request)).isInstanceOf(SelfRagException.class).extracting("code")
        .isEqualTo(ErrorCode.ARCHIVE_LIMIT);

    assertThat(parser.parse(html("after")).text()).isEqualTo("after");
  }

  @Test
  void aProcessKilledFromOutsideIsReplaced() {
    assertThat(parser.parse(html("before")).text()).isEqualTo("before");
    parser.processIds().forEach(id -> ProcessHandle.of(id).ifPresent(ProcessHandle::destroyForcibly));

    assertThat(parser.parse(html("after")).text()).isEqualTo("after");
  }

  @Test
  void aCtrlCThatIsMeantForTheWorkerDoesNotReachAProcess() throws Exception {
    assertThat(parser.parse(html("before")).text()).isEqualTo("before");
    List<Long> ids = parser.processIds();

    for (String signal : List.of("INT", "TERM", "HUP")) {
      new ProcessBuilder("sh", "-c", "kill -" + signal + " " + ids.getFirst()).start().waitFor();
    }

    assertThat(parser.parse(html("after")).text()).isEqualTo("after");
    assertThat(parser.processIds()).isEqualTo(ids);
    assertThat(isAlive(ids.getFirst())).isTrue();
  }

  @Test
  void smallTextNeedsNoProcess() {
    try (var nothingStarts = new ProcessDocumentParser(
        new ProcessParserSettings(1, 64, 1, 1 << 20, Path.of("/nowhere/java"), "", List.of(), directory))) {
      assertThat(nothingStarts.parse(ParseRequest.ofBytes(Fixtures.utf8("# Title\n\ntext"), "a.md", null)).blocks())
          .hasSize(2);
      assertThatThrownBy(() -> nothingStarts.parse(html("text"))).isInstanceOf(SelfRagException.class)
          .satisfies(failure -> assertThat(((SelfRagException) failure).isTransient()).isTrue());
    }
  }

  @Test
  void manyCallersShareTheProcesses() throws Exception {
    try (var callers = Executors.newFixedThreadPool(8)) {
      List<Callable<String>> calls = IntStream.range(0, 80)
          .<Callable<String>>mapToObj(i -> () -> parser.parse(html("text " + i)).text()).toList();

      var answers = callers.invokeAll(calls);

      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()).isEqualTo("text " + i);
      }
    }
  }

  @Test
  void aLargeDocumentGoesThroughAFile() {
    String text = "A sentence of a large page. ".repeat(300_000);

    assertThat(parser.parse(html(text)).text()).hasSize(text.length() - 1);
    assertThat(directory.toFile().list((folder, name) -> name.startsWith("document-"))).isEmpty();
  }

  @Test
  void processesSeeNoEnvironmentOfOurs() throws Exception {
    assertThat(parser.parse(html("warm")).text()).isEqualTo("warm");
    Path environment = Path.of("/proc/" + parser.processIds().getFirst() + "/environ");

    org.junit.jupiter.api.Assumptions.assumeTrue(java.nio.file.Files.exists(environment), "only Linux shows it");
    assertThat(java.nio.file.Files.readString(environment)).doesNotContain("PATH=", "HOME=");
  }

  @Test
  void aProcessDiesWithAWorkerThatIsKilledInTheMiddleOfADocument() throws Exception {
    Process worker = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
        System.getProperty("java.class.path"), WorkerToKill.class.getName(), directory.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD).start();
    long parserId;
    try (var lines = worker.inputReader()) {
      String named = lines.lines().filter(line -> line.startsWith("pid ")).findFirst().orElseThrow();
      parserId = Long.parseLong(named.substring(4));
      assertThat(isAlive(parserId)).isTrue();

      worker.destroyForcibly().waitFor();
    }

    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !isAlive(parserId));
  }
}
