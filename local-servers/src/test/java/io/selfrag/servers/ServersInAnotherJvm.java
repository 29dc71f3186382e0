package io.selfrag.servers;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Servers in a process of their own, which a test can kill. */
final class ServersInAnotherJvm implements AutoCloseable {
  static final String READY = "ready";
  private final Process process;

  private ServersInAnotherJvm(Process process) {
    this.process = process;
  }

  static ServersInAnotherJvm start(Path data) throws Exception {
    return start(ServersInAnotherJvm.class, data);
  }

  /** @param main takes the folder and says {@link #READY} */
  static ServersInAnotherJvm start(Class<?> main, Path data) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process = new ProcessBuilder(List.of(java, "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow", "-Xmx256m", "-cp", System.getProperty("java.class.path"),
        main.getName(), data.toString()))
        .redirectError(new File(data.getParent().toFile(), "other-jvm.log")).start();
    var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = output.readLine();
    while (line != null && !line.equals(READY)) {
      line = output.readLine();
    }
    if (line == null) {
      throw new IllegalStateException("the other JVM ended: " + process.waitFor());
    }
    return new ServersInAnotherJvm(process);
  }

  long pid() {
    return process.pid();
  }

  /** The servers that are its children. */
  List<ProcessHandle> children() {
    return process.children().toList();
  }

  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }

  /** Starts, writes something into each server, and waits to be killed. */
  public static void main(String[] arguments) throws Exception {
    LocalServers servers = LocalServers.start(Path.of(arguments[0]), ServerPorts.any());
    Topics.create(servers.broker().bootstrapServers(), "t");
    Topics.write(servers.broker().bootstrapServers(), "t", "kept".getBytes(StandardCharsets.UTF_8));
    try (var connection = servers.postgres().connect("kb"); var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t AS SELECT 'kept' AS a");
    }
    try (var redis = new RedisConnection(servers.redis().url())) {
      redis.ask("SET", "k", "kept");
    }
    System.out.println(READY);
    while (System.in.read() >= 0) {
      // until killed
    }
  }
}
