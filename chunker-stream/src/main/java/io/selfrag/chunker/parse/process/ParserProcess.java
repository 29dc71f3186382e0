package io.selfrag.chunker.parse.process;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.selfrag.chunker.parse.ParseRequest;
import io.selfrag.chunker.parse.process.ParserProtocol.Answer;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/** One child process and the pipes to it. Used by one thread at a time. */
final class ParserProcess {
  private static final Logger log = LoggerFactory.getLogger(ParserProcess.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final int COMPLAINT = 2048;
  /**
   * A Ctrl-C in the worker's terminal, a terminal that closes and a service manager reach its children too: a document that
   * is being parsed would look like one that kills its parser. The worker ends the process, or the end of its input.
   */
  private static final List<String> DEAF_TO_SIGNALS = Files.isExecutable(Path.of("/bin/sh"))
      ? List.of("/bin/sh", "-c", "trap '' INT TERM HUP; exec \"$0\" \"$@\"")
      : List.of();

  /** What became of a request. */
  sealed interface Outcome {
    /** The process answered and lives. */
    record Answered(Answer answer) implements Outcome {}

    /** The time was up; the process is dead. */
    record TimedOut() implements Outcome {}

    /** The process died of the document, or said something senseless and was killed. */
    record Died(boolean outOfMemory) implements Outcome {}
  }

  private final Process process;
  private final Path directory;
  private final DataOutputStream requests;
  private final DataInputStream answers;
  private final ScheduledExecutorService timer;
  private int documents;

  private ParserProcess(Process process, Path directory, ScheduledExecutorService timer) {
    this.process = process;
    this.directory = directory;
    this.timer = timer;
    requests = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), 64 << 10));
    answers = new DataInputStream(new BufferedInputStream(process.getInputStream(), 64 << 10));
  }

  /** Starts a process and waits until it has warmed up; an {@code IOException} carries what it said instead. */
  static ParserProcess start(ProcessParserSettings settings, ScheduledExecutorService timer) throws IOException {
    Path directory = Files.createTempDirectory(Files.createDirectories(settings.directory()), ParserFolder.PREFIX);
    Process process;
    try {
      var builder = new ProcessBuilder(command(settings, directory)).directory(directory.toFile());
      // secrets of the worker are none of a parser's business
      builder.environment().clear();
      process = builder.start();
    } catch (IOException e) {
      ParserFolder.remove(directory);
      throw e;
    }
    var child = new ParserProcess(process, directory, timer);
    try {
      child.awaitReady();
    } catch (IOException | RuntimeException e) {
      child.kill();
      throw e;
    }
    return child;
  }

  private static List<String> command(ProcessParserSettings settings, Path directory) throws IOException {
    // an empty hosts file resolves nothing, a dead proxy connects to nothing
    Path hosts = Files.createFile(directory.resolve("hosts"));
    var command = new ArrayList<String>(DEAF_TO_SIGNALS);
    command.addAll(List.of(settings.java().toString(), "-Xmx" + settings.heapMegabytes() + "m",
        "-Xms32m",
        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", "-XX:MaxMetaspaceSize=192m",
        "-XX:MaxDirectMemorySize=64m", "-XX:ReservedCodeCacheSize=64m", "-XX:-UsePerfData", "-Xshare:auto",
        "-Djava.awt.headless=true", "-Djava.io.tmpdir=" + directory, "-Duser.home=" + directory,
        "-Dpdfbox.fontcache=" + settings.directory(), "-Duser.timezone=UTC", "-Duser.language=en", "-Duser.country=US",
        "-Dfile.encoding=UTF-8", "-Djdk.net.hosts.file=" + hosts, "-DsocksProxyHost=127.0.0.1", "-DsocksProxyPort=1",
        "-Dlogback.configurationFile=selfrag-parser-logback.xml",
        // standard output carries answers, and the JVM would put its warnings between them
        "-XX:+DisplayVMOutputToStderr",
        "-XX:ErrorFile=" + directory.resolve("crash.log")));
    command.addAll(settings.jvmOptions());
    command.addAll(List.of("-cp", settings.classPath(), ParserMain.class.getName()));
    return command;
  }

  private void awaitReady() throws IOException {
    Guard guard = guard(START_LIMIT);
    try (InputStream complaints = process.getErrorStream()) {
      int first = answers.read();
      if (first != ParserProtocol.READY) {
        String said = new String(complaints.readNBytes(COMPLAINT), StandardCharsets.UTF_8).strip();
        throw new IOException("a parser process did not start: " + (guard.fired() ? "it took too long" : said));
      }
      // from here on nobody reads what it complains about; a closed pipe discards it
    } finally {
      guard.cancel();
    }
  }

  /** Sends a request and waits for its answer, at most so long. */
  Outcome parse(ParseRequest request, Duration limit) {
    documents++;
    Guard guard = guard(limit);
    try {
      ParserProtocol.writeRequest(requests, request);
      return new Outcome.Answered(ParserProtocol.readAnswer(answers, request.limits().maxCharacters()));
    } catch (IOException | IllegalArgumentException e) {
      boolean timedOut = guard.fired();
      int exit = kill();
      // the JVM leaves with 3 when memory is exhausted, with 137 when the kernel's killer came first
      return timedOut ? new Outcome.TimedOut() : new Outcome.Died(exit == 3 || exit == 137);
    } finally {
      guard.cancel();
    }
  }

  int documents() {
    return documents;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Lets an idle process end by itself: it does when its input ends. */
  void retire() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      log.atDebug().setCause(e).log("a parser process was gone before its pipe was closed");
    }
    kill();
  }

  /** Ends the process, removes what it left behind and returns the exit code of its own, or -1 if it had none; idempotent. */
  int kill() {
    int exit = -1;
    // a process that is just leaving keeps its own exit code
    try {
      if (process.waitFor(200, TimeUnit.MILLISECONDS)) {
        exit = process.exitValue();
      } else {
        process.destroyForcibly();
        process.waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    ParserFolder.remove(directory);
    return exit;
  }

  private Guard guard(Duration limit) {
    var fired = new AtomicBoolean();
    try {
      ScheduledFuture<?> task = timer.schedule(() -> {
        fired.set(true);
        process.destroyForcibly();
      }, limit.toMillis(), TimeUnit.MILLISECONDS);
      return new Guard(task, fired);
    } catch (RejectedExecutionException e) {
      throw new SelfRagException(ErrorCode.PIPELINE_SATURATED, "The parser is closed.", e);
    }
  }

  /** Kills the process when the time is up; that is what ends a blocked read. */
  private record Guard(ScheduledFuture<?> task, AtomicBoolean hasFired) {
    void cancel() {
      task.cancel(false);
    }

    boolean fired() {
      return hasFired.get();
    }
  }
}
