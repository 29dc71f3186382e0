package io.selfrag.bench.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own that obeys commands, one a line, and answers each with one line. It ends when this JVM ends. Its log goes
 * into a file.
 */
public final class Child implements AutoCloseable {
  static final String ANSWER = "SELFRAG ";
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final List<String> FLAGS = List.of("--enable-native-access=ALL-UNNAMED",
      "--sun-misc-unsafe-memory-access=allow", "--add-modules", "jdk.incubator.vector", "-DOPT_OUT_TRACKING=true",
      "-Duser.timezone=UTC", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");

  /** How a JVM compiles. */
  enum Compiler {
    /** As {@code ./selfrag up} does: for measurements. */
    FULL,
    /** Quickly up to speed, for processes that are killed and started again and again. */
    QUICK
  }

  private final Process process;
  private final Writer commands;
  private final BlockingQueue<String> answers = new ArrayBlockingQueue<>(16);

  private Child(Process process) {
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofPlatform().daemon().name("child-" + process.pid()).start(this::read);
  }

  /** Starts a class's {@code main} on this JVM's class path; returns before it answers. */
  static Child start(Class<?> main, Compiler compiler, String heap, Path log, List<String> arguments) {
    var command = new ArrayList<String>(
        List.of(Path.of(System.getProperty("java.home", ""), "bin", "java").toString()));
    command.addAll(FLAGS);
    if (compiler == Compiler.QUICK) {
      command.add("-XX:TieredStopAtLevel=1");
    }
    command.addAll(List.of("-Xmx" + heap, "-Djava.io.tmpdir=" + temporary(log), "-cp",
        System.getProperty("java.class.path", ""), main.getName()));
    command.addAll(arguments);
    try {
      return new Child(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Beside its log, so that nothing of a child that was killed stays behind. */
  private static Path temporary(Path log) {
    try {
      return Files.createDirectories(log.toAbsolutePath().resolveSibling("tmp"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(ANSWER)) {
          answers.add(line.substring(ANSWER.length()));
        }
      }
    } catch (IOException e) {
      answers.add("failed: " + e.getMessage());
    }
    answers.add("failed: the process has ended");
  }

  /** The next answer. */
  String answer() {
    try {
      var answer = answers.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (answer == null || answer.startsWith("failed")) {
        throw new IllegalStateException("the child " + (answer == null ? "does not answer" : answer));
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Has a command done. */
  String command(String line) {
    try {
      commands.write(line + "\n");
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answer();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** As {@code kill -9}. */
  void kill() {
    process.destroyForcibly();
    await();
  }

  /** Waits until it has ended by itself. */
  void awaitEnd() {
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the process did not end within " + LIMIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Freezes or thaws the process. */
  void signal(String name) {
    try {
      if (new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid()).start().waitFor() != 0) {
        throw new IllegalStateException("the signal was not sent");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void await() {
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  /** Ends in good order: the child sees the end of its commands. */
  @Override
  public void close() {
    try {
      commands.close();
    } catch (IOException e) {
      process.destroy(); // it is ending already, or cannot be told
    }
    await();
  }
}
