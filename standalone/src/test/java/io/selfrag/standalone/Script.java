package io.selfrag.standalone;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The {@code selfrag} script in a process of its own, with what it says. */
final class Script {
  private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();
  private static final int LONGEST_SECONDS = 300;

  private final Process process;
  private final Path out;
  private final Path err;

  private Script(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts it with variables beside those of the test's own JDK. */
  static Script start(Path outputs, Map<String, String> environment, String... arguments) throws IOException {
    var out = Files.createTempFile(outputs, "selfrag", ".out");
    var err = Files.createTempFile(outputs, "selfrag", ".err");
    var command = new ArrayList<String>(List.of(REPOSITORY.resolve("selfrag").toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(outputs.toFile()).redirectOutput(out.toFile())
        .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SELFRAG_") || name.startsWith("LOG_")
        || name.startsWith("EMBEDDING_") || name.startsWith("LLM_") || name.equals("ADMIN_TOKEN")
        || name.equals("PORT"));
    builder.environment().putAll(Map.of("JAVA_HOME", System.getProperty("java.home"), "EMBEDDING_PROVIDER", "hashing",
        "LLM_PROVIDER", "extractive", "SELFRAG_START_CACHE", "off",
        // A system that lives for a minute or two spends most of its processor on C2.
        "SELFRAG_JAVA_OPTS", "-XX:TieredStopAtLevel=1"));
    builder.environment().putAll(environment);
    return new Script(builder.start(), out, err);
  }

  /** What it said and its exit code, once it has ended. */
  record Ended(int exitCode, String out, String err) {}

  static Ended run(Path outputs, Map<String, String> environment, String... arguments) throws Exception {
    return start(outputs, environment, arguments).await();
  }

  Ended await() throws Exception {
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("it did not end: " + out() + err());
    }
    return new Ended(process.exitValue(), out(), err());
  }

  String out() throws IOException {
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  String err() throws IOException {
    return Files.readString(err, StandardCharsets.UTF_8);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** The command line that the script has become. */
  String commandLine() throws IOException {
    return Files.readString(Path.of("/proc", Long.toString(pid()), "cmdline")).replace('\0', ' ');
  }

  List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  /** Asks it to end, as a service manager does. */
  void terminate() {
    process.destroy();
  }

  /** Ends it as the system does when memory runs out. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }
}
