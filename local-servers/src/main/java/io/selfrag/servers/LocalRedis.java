package io.selfrag.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Redis as a child process. What it acknowledged survives a kill; a loss of power costs at most the last second. */
public final class LocalRedis implements LocalServer {
  static final String HOST = "127.0.0.1";
  static final String VERSION = "7.0.15";
  private static final Logger log = LoggerFactory.getLogger(LocalRedis.class);
  private static final Duration START = Duration.ofMinutes(1);
  private static final Duration STOP = Duration.ofSeconds(10);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(10);
  private static final int ANSWER_WITHIN_MS = 1_000;
  private static final String PROGRAM = "redis-server";

  private final Path folder;
  private int port;
  private String password = "";
  private @Nullable ChildProcess process;
  private @Nullable DataFolderLock lock;

  /**
   * A server that does not run yet.
   *
   * @param port its port, or 0 for the one of the folder's last start, or any free one
   */
  public LocalRedis(Path folder, int port) {
    this.folder = folder.toAbsolutePath().normalize();
    this.port = port;
  }

  @Override
  public synchronized void start() {
    if (isRunning()) {
      return;
    }
    release();
    DataFolderLock held = DataFolderLock.on(folder);
    try {
      Orphan.stop(folder.resolve("redis.pid"), PROGRAM, folder);
      port = FreePorts.choose(port, folder, "Redis");
      password = Secret.keptIn(folder.resolve("password"));
      process = startedProcess();
      lock = held;
    } catch (IOException | RuntimeException e) {
      kill();
      held.close();
      throw e instanceof LocalServerException ours
          ? ours
          : new LocalServerException("Redis does not start: " + e.getMessage() + ".", e);
    }
    log.atInfo().addKeyValue("port", port).addKeyValue("folder", folder).log("Redis started");
  }

  private ChildProcess startedProcess() throws IOException {
    Path output = folder.resolve("server.log");
    Files.deleteIfExists(output);
    Files.createFile(output);
    Path settings = folder.resolve("redis.conf");
    Secret.write(settings, settings()); // a command line, and with it the password, is for all to see
    ChildProcess started = ChildProcess.start(RunAs.self(), List.of(program().toString(), settings.toString()), folder,
        output);
    awaitReady(started);
    return started;
  }

  private String settings() {
    return String.join("\n", "bind " + HOST, "port " + port, "requirepass " + password, "dir \"" + folder + "\"",
        "pidfile \"" + folder.resolve("redis.pid") + "\"", "daemonize no", "appendonly yes", "appendfsync everysec",
        "save \"\"", "");
  }

  /** The program, copied out of the class path once per version. */
  private Path program() throws IOException {
    Path home = folder.resolve("bin-" + VERSION);
    Path program = home.resolve(PROGRAM);
    if (!Files.exists(program)) {
      Files.createDirectories(home);
      Path copy = Files.createTempFile(home, PROGRAM, ".copy");
      try (InputStream resource = LocalRedis.class.getResourceAsStream(HostSystem.redisProgram())) {
        if (resource == null) {
          throw new LocalServerException("Redis is missing from the class path: " + HostSystem.redisProgram() + ".");
        }
        Files.copy(resource, copy, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(copy, program, StandardCopyOption.ATOMIC_MOVE);
    }
    return program;
  }

  private void awaitReady(ChildProcess started) throws IOException {
    long deadline = System.nanoTime() + START.toNanos();
    while (!answers()) {
      if (started.endedWithin(LOOK_AGAIN)) {
        throw new LocalServerException("Redis does not start: " + started.lastLines() + ".");
      }
      if (System.nanoTime() > deadline) {
        started.kill();
        throw new LocalServerException("Redis was not ready within " + START.toSeconds() + " seconds: "
            + started.lastLines() + ".");
      }
    }
  }

  /** False while it does not listen yet, and while it loads its data. */
  private boolean answers() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_WITHIN_MS);
      socket.setSoTimeout(ANSWER_WITHIN_MS);
      socket.getOutputStream().write(("AUTH " + password + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII));
      var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      return "+OK".equals(reader.readLine()) && "+PONG".equals(reader.readLine());
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public synchronized void stop() {
    ChildProcess stopping = process;
    if (stopping != null && stopping.isAlive()) {
      stopping.resume();
      stopping.stop(STOP);
      log.atInfo().addKeyValue("port", port).log("Redis stopped");
    }
    release();
  }

  /** Ends the server as a crash would. */
  public synchronized void kill() {
    if (process != null) {
      process.kill();
    }
    release();
  }

  /** Freezes the server: connections stay open, and nothing answers until {@link #resume()}. */
  public synchronized void pause() {
    running().pause();
  }

  /** Ends a {@link #pause()}. */
  public synchronized void resume() {
    running().resume();
  }

  private ChildProcess running() {
    ChildProcess current = process;
    if (current == null || !current.isAlive()) {
      throw new IllegalStateException("Redis does not run");
    }
    return current;
  }

  private void release() {
    process = null;
    if (lock != null) {
      lock.close();
      lock = null;
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return process != null && process.isAlive();
  }

  @Override
  public synchronized int port() {
    return port;
  }

  /** What clients connect to, password included; complete after the first start. */
  public synchronized String url() {
    return "redis://:" + password + "@" + HOST + ":" + port;
  }
}
