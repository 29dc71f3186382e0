package io.selfrag.chunker.parse.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.selfrag.chunker.parse.Fixtures;
import io.selfrag.chunker.parse.ParseLimits;
import io.selfrag.chunker.parse.ParseRequest;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/** Processes that behave as badly as they can: a shell script stands where the JDK's launcher is expected. */
@Timeout(60)
class ParserFaultsIT {
  /** What a process says first; see {@link ParserProtocol#READY}. */
  private static final String READY = "printf '*'\n";
  private static final String AWAIT_A_REQUEST = "head -c 1 > /dev/null\n";

  @TempDir
  Path folder;

  private Path pids;

  @BeforeEach
  void prepare() throws IOException {
    pids = Files.createFile(folder.resolve("pids"));
  }

  @AfterEach
  void nobodyIsLeft() {
    Awaitility.await().atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(started()).noneMatch(ParserFaultsIT::isAlive));
  }

  private ProcessDocumentParser parser(int processes, String script) throws IOException {
    Path launcher = folder.resolve("java");
    Files.writeString(launcher, "#!/bin/sh\necho $$ >> " + pids + "\n" + script);
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    return new ProcessDocumentParser(
        new ProcessParserSettings(processes, 64, 100, 0, launcher, "none", List.of(), folder.resolve("temporary")));
  }

  private List<Long> started() throws IOException {
    return Files.readAllLines(pids).stream().map(Long::valueOf).toList();
  }

  private static boolean isAlive(long processId) {
    return ProcessHandle.of(processId).map(ProcessHandle::isAlive).orElse(false);
  }

  private static ParseRequest document(Duration limit) {
    return ParseRequest.ofBytes(Fixtures.utf8("<html><p>text"), "a.html", null)
        .withLimits(ParseLimits.DEFAULTS.withTimeout(limit));
  }

  private static void assertCode(Throwable failure, ErrorCode code) {
    assertThat(failure).isInstanceOfSatisfying(SelfRagException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void garbageInPlaceOfAnAnswerEndsTheProcessAndAfterTheSecondTheDocument() throws Exception {
    try (var parser = parser(1, READY + AWAIT_A_REQUEST + "echo 'Warning: this is no answer'\nexec sleep 600\n")) {
      assertThatThrownBy(() -> parser.parse(document(Duration.ofSeconds(30))))
          .satisfies(failure -> assertCode(failure, ErrorCode.CORRUPT));

      List<Long> first = started().subList(0, 2);
      assertThat(first).doesNotHaveDuplicates().noneMatch(ParserFaultsIT::isAlive);
    }
  }

  @Test
  void anAnswerThatClaimsMoreThanItMayIsRefused() throws Exception {
    // parsed, not worn, then a text of 2 GiB
    String claim = "printf '\\001\\000\\177\\377\\377\\377'\nexec sleep 600\n";
    try (var parser = parser(1, READY + AWAIT_A_REQUEST + claim)) {
      assertThatThrownBy(() -> parser.parse(document(Duration.ofSeconds(30))))
          .satisfies(failure -> assertCode(failure, ErrorCode.CORRUPT));
    }
  }

  @Test
  void aProcessThatHangsIsKilledWhenTheTimeIsUp() throws Exception {
    try (var parser = parser(1, READY + "exec sleep 600\n")) {
      assertThatThrownBy(() -> parser.parse(document(Duration.ofMillis(300))))
          .satisfies(failure -> assertCode(failure, ErrorCode.PARSE_TIMEOUT));

      assertThat(isAlive(started().getFirst())).isFalse();
    }
  }

  @Test
  void aProcessThatDoesNotReadIsKilledWhenTheTimeIsUp() throws Exception {
    byte[] longerThanAPipe = Fixtures.utf8("<html><p>" + "text ".repeat(100_000));
    var request = ParseRequest.ofBytes(longerThanAPipe, "a.html", null)
        .withLimits(ParseLimits.DEFAULTS.withTimeout(Duration.ofMillis(300)));
    try (var parser = parser(1, READY + "exec sleep 600\n")) {
      assertThatThrownBy(() -> parser.parse(request))
          .satisfies(failure -> assertCode(failure, ErrorCode.PARSE_TIMEOUT));
    }
  }

  @Test
  void aProcessThatCannotStartIsNoFaultOfTheDocument() throws Exception {
    try (var parser = parser(1, "echo 'Error: no such heap' >&2\nexit 1\n")) {
      assertThatThrownBy(() -> parser.parse(document(Duration.ofSeconds(5))))
          .satisfies(failure -> assertCode(failure, ErrorCode.PIPELINE_SATURATED)).rootCause()
          .hasMessageContaining("no such heap");
    }
  }

  @Test
  void aTemporaryFolderThatTakesNothingIsNoFaultOfTheDocument() throws Exception {
    byte[] large = Fixtures.utf8("<html><p>" + "text ".repeat(1 << 20));
    try (var parser = parser(1, READY + "exec sleep 600\n")) {
      Awaitility.await().until(() -> !started().isEmpty());
      replaceByAFile(folder.resolve("temporary"));

      assertThatThrownBy(() -> parser.parse(ParseRequest.ofBytes(large, "a.html", null)))
          .satisfies(failure -> assertCode(failure, ErrorCode.PIPELINE_SATURATED));
    }
  }

  @Test
  void aProcessThatFindsNoRoomWhereThereIsSomeWasAskedForTooMuch() throws Exception {
    // failed, not worn, then code and detail, each after its length
    String claim = "printf '\\002\\000\\000\\000\\000\\022PIPELINE_SATURATED\\000\\000\\000\\004full'\n";
    try (var parser = parser(1, READY + AWAIT_A_REQUEST + claim + claim + "exec sleep 600\n")) {
      assertThatThrownBy(() -> parser.parse(document(Duration.ofSeconds(30))))
          .satisfies(failure -> assertCode(failure, ErrorCode.ARCHIVE_LIMIT));
    }
  }

  private static void replaceByAFile(Path temporary) throws IOException {
    Files.move(temporary, temporary.resolveSibling("moved"));
    Files.createFile(temporary);
  }

  @Test
  void aWorkerThatStopsBlamesNoDocumentThatIsBeingParsed() throws Exception {
    for (String before : new String[]{"",
        "test -e died || { touch died; exit 1; }\n".replace("died", folder + "/died")}) {
      var parser = parser(1, READY + AWAIT_A_REQUEST + before + "echo > " + folder + "/hangs\nexec sleep 600\n");
      try (var caller = Executors.newSingleThreadExecutor()) {
        var parsing = caller.submit(() -> parser.parse(document(Duration.ofSeconds(50))));
        Awaitility.await().until(() -> Files.exists(folder.resolve("hangs")));

        parser.close();

        assertThatThrownBy(parsing::get).isInstanceOf(ExecutionException.class).cause()
            .satisfies(failure -> assertCode(failure, ErrorCode.PIPELINE_SATURATED));
      }
      Files.delete(folder.resolve("hangs"));
    }
  }

  @Test
  void aParserThatIsClosedWhileItStartsLeavesNoProcess() throws Exception {
    for (int i = 0; i < 20; i++) {
      parser(2, READY + "exec sleep 600\n").close();
    }

    nobodyIsLeft();
  }

  @Test
  void thereAreNeverMoreProcessesThanPlacesAndTheirSuccessors() throws Exception {
    var most = new AtomicLong();
    try (var parser = parser(2, READY + AWAIT_A_REQUEST + "exit 1\n");
        var callers = Executors.newFixedThreadPool(8)) {
      List<Callable<Integer>> calls = IntStream.range(0, 24).<Callable<Integer>>mapToObj(i -> () -> {
        assertThatThrownBy(() -> parser.parse(document(Duration.ofSeconds(30))))
            .satisfies(failure -> assertCode(failure, ErrorCode.CORRUPT));
        most.accumulateAndGet(started().stream().filter(ParserFaultsIT::isAlive).count(), Math::max);
        return i;
      }).toList();

      for (var call : callers.invokeAll(calls)) {
        call.get();
      }
    }

    assertThat(most.get()).isBetween(1L, 4L);
  }
}
