package io.selfrag.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A server process that lives no longer than this JVM and that a Ctrl-C meant for this JVM does not reach: its
 * owner stops it when nobody needs it any more. Both hold on Linux; elsewhere the tools for it are missing, and what a
 * kill leaves behind is stopped at the next start.
 */
final class ChildProcess {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final Duration KILLED_WITHIN = Duration.ofSeconds(10);
  /**
   * The system sends the parent's death signal when the <em>thread</em> that started the child ends, so that thread
   * has to live as long as the JVM.
   */
  private static final ExecutorService SPAWNER = Executors
      .newSingleThreadExecutor(task -> Thread.ofPlatform().daemon().name("child-processes").unstarted(task));

  private final Process process;
  private final ServerOutput output;

  private ChildProcess(Process process, ServerOutput output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts a server with the signal INT, on which both of ours shut down in good order, as its parent's death signal.
   *
   * @param output a file to which the process appends; never this JVM's own output, which an orphan would hold open
   */
  static ChildProcess start(RunAs user, List<String> command, Path folder, ServerOutput output) throws IOException {
    var line = new ArrayList<String>();
    if (HostSystem.has("setsid")) {
      line.add("setsid");
    }
    line.addAll(user.prefix());
    if (HostSystem.has("setpriv")) {
      line.addAll(List.of("setpriv", "--pdeathsig", "INT", "--"));
    }
    line.addAll(command);
    return new ChildProcess(onSpawner(() -> builder(line, folder, output).start()), output);
  }

  /** Runs a command to its end. */
  static void run(RunAs user, List<String> command, Path folder, ServerOutput output, Duration limit)
      throws IOException {
    var line = Stream.concat(user.prefix().stream(), command.stream()).toList();
    Process process = builder(line, folder, output).start();
    if (!ended(process, limit) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new LocalServerException(
          "The command " + command.getFirst() + " failed: " + output.lastLines() + " (see " + output.file() + ").");
    }
  }

  private static ProcessBuilder builder(List<String> line, Path folder, ServerOutput output) {
    var builder = new ProcessBuilder(line).directory(folder.toFile()).redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.file().toFile()));
    var environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
    environment.put("LC_ALL", "C");
    environment.put("TZ", "UTC");
    return builder;
  }

  private static Process onSpawner(Callable<Process> spawn) throws IOException {
    Future<Process> started = SPAWNER.submit(spawn);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return started.get();
        } catch (InterruptedException _) {
          interrupted = true; // the child may exist already: it must not be lost
        }
      }
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Returns when the process answers, and kills one that takes too long. */
  void await(Question ready, String name, Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!ready.ask()) {
      if (ended(process, LOOK_AGAIN)) {
        throw new LocalServerException(name + " does not start: " + output.lastLines() + ".");
      }
      if (System.nanoTime() > deadline) {
        kill();
        throw new LocalServerException(
            name + " was not ready within " + limit.toSeconds() + " seconds: " + output.lastLines() + ".");
      }
    }
  }

  /** Whether a server answers. */
  interface Question {
    boolean ask() throws IOException;
  }

  /** Asks the process to stop in good order, and makes it if it takes too long. */
  void stop(Duration limit) {
    Signals.send("INT", List.of(process.toHandle()));
    if (!ended(process, limit)) {
      kill();
    }
  }

  /** Ends the process and its children as a crash would. */
  void kill() {
    List<ProcessHandle> all = withDescendants();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(each -> each.onExit().orTimeout(KILLED_WITHIN.toMillis(), TimeUnit.MILLISECONDS).join());
  }

  /** Freezes the process and its children: connections stay open and nothing answers. */
  void pause() {
    Signals.send("STOP", withDescendants());
  }

  /** Ends a {@link #pause()}. */
  void resume() {
    Signals.send("CONT", withDescendants().reversed());
  }

  private List<ProcessHandle> withDescendants() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  private static boolean ended(Process process, Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalServerException("Waiting for a server process was interrupted.", e);
    }
  }
}
