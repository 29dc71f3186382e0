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

/** A Redis as a child process. What it acknowledged survives a kill; a loss of power costs at most the last second. */
public final class LocalRedis extends ChildServer {
  static final String HOST = "127.0.0.1";
  static final String VERSION = "7.0.15";
  private static final Duration START = Duration.ofMinutes(1);
  private static final int ANSWER_WITHIN_MS = 1_000;
  private static final String PROGRAM = "redis-server";

  private volatile String password = "";

  /**
   * A server that does not run yet.
   *
   * @param port its port, or 0 for the one of the folder's last start, or any free one
   */
  public LocalRedis(Path folder, int port) {
    super("Redis", folder, port);
  }

  @Override
  void stopOrphan() throws IOException {
    Orphan.stop(folder().resolve("redis.pid"), PROGRAM, folder());
  }

  @Override
  ChildProcess launch() throws IOException {
    password = Secret.keptIn(folder().resolve("password"));
    var output = output();
    output.begin();
    Path settings = folder().resolve("redis.conf");
    Secret.write(settings, settings()); // a command line, and with it the password, is for all to see
    return ChildProcess.start(RunAs.self(), List.of(program().toString(), settings.toString()), folder(), output);
  }

  private String settings() {
    return String.join("\n", "bind " + HOST, "port " + port(), "requirepass " + password, "dir \"" + folder() + "\"",
        "pidfile \"" + folder().resolve("redis.pid") + "\"", "daemonize no", "appendonly yes", "appendfsync everysec",
        "save \"\"", "");
  }

  /** The program, copied out of the class path once per version. */
  private Path program() throws IOException {
    Path home = folder().resolve("bin-" + VERSION);
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

  @Override
  void awaitReady(ChildProcess started) throws IOException {
    started.await(this::answers, "Redis", START);
  }

  /** False while it does not listen yet, and while it loads its data. */
  private boolean answers() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), ANSWER_WITHIN_MS);
      socket.setSoTimeout(ANSWER_WITHIN_MS);
      socket.getOutputStream().write(("AUTH " + password + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII));
      var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      return "+OK".equals(reader.readLine()) && "+PONG".equals(reader.readLine());
    } catch (IOException _) {
      return false;
    }
  }

  /**
   * What clients of the server of a folder connect to that was started before, perhaps by another process.
   *
   * @throws LocalServerException if there never was one
   */
  public static String keptUrl(Path folder) {
    try {
      return url(Files.readString(folder.resolve("password")).strip(),
          Integer.parseInt(Files.readString(folder.resolve("port")).strip()));
    } catch (IOException e) {
      throw new LocalServerException("There is no Redis in " + folder + ".", e);
    }
  }

  private static String url(String password, int port) {
    return "redis://:" + password + "@" + HOST + ":" + port;
  }

  /** What clients connect to, password included; complete after the first start. */
  public String url() {
    return url(password, port());
  }
}
