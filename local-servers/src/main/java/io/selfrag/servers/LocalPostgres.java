package io.selfrag.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PostgreSQL as a child process, with the database {@value #DATABASE}. What it committed survives a kill. */
public final class LocalPostgres implements LocalServer {
  static final String HOST = "127.0.0.1";
  static final String USER = "kb";
  static final String DATABASE = "kb";
  private static final Logger log = LoggerFactory.getLogger(LocalPostgres.class);
  private static final Duration INITDB = Duration.ofMinutes(2);
  /** Long, for a server that was killed replays its log first. */
  private static final Duration START = Duration.ofMinutes(3);
  private static final Duration STOP = Duration.ofSeconds(30);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final Path folder;
  private final Path cluster;
  private final Path binaries;
  private final PostgresTuning tuning;
  private int port;
  private String password = "";
  private @Nullable ChildProcess process;
  private @Nullable DataFolderLock lock;

  /**
   * A server that does not run yet.
   *
   * @param port its port, or 0 for the one of the folder's last start, or any free one
   * @param binaries a folder for the unpacked programs, which other servers may share
   */
  public LocalPostgres(Path folder, int port, Path binaries, PostgresTuning tuning) {
    this.folder = folder.toAbsolutePath().normalize();
    this.cluster = this.folder.resolve("cluster");
    this.binaries = binaries.toAbsolutePath().normalize();
    this.tuning = tuning;
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
      Orphan.stop(cluster.resolve("postmaster.pid"), "postgres", cluster);
      port = FreePorts.choose(port, folder, "PostgreSQL");
      password = Secret.keptIn(folder.resolve("password"));
      process = startedProcess();
      lock = held;
      createDatabaseUnlessThere();
    } catch (IOException | SQLException | RuntimeException e) {
      kill();
      held.close();
      throw e instanceof LocalServerException ours
          ? ours
          : new LocalServerException("PostgreSQL does not start: " + e.getMessage() + ".", e);
    }
    log.atInfo().addKeyValue("port", port).addKeyValue("folder", folder).log("PostgreSQL started");
  }

  private ChildProcess startedProcess() throws IOException {
    Path programs = PostgresBinaries.unpackedIn(binaries).resolve("bin");
    Path output = folder.resolve("server.log");
    Files.deleteIfExists(output);
    Files.createFile(output);
    RunAs user = RunAs.ordinaryUser(programs.resolve("postgres"), folder);
    user.own(folder);
    if (!Files.exists(cluster.resolve("PG_VERSION"))) {
      ChildProcess.run(user, initdb(programs), folder, output, INITDB);
    }
    ChildProcess started = ChildProcess.start(user, postgres(programs), folder, output);
    awaitReady(started);
    return started;
  }

  private List<String> initdb(Path programs) {
    var command = new ArrayList<String>(
        List.of(programs.resolve("initdb").toString(), "-D", cluster.toString(), "-U", USER, "-A", "scram-sha-256",
            "--pwfile=" + folder.resolve("password"), "-E", "UTF8", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions"));
    if (tuning == PostgresTuning.TEST) {
      command.add("--no-sync");
    }
    return command;
  }

  private List<String> postgres(Path programs) {
    var command = new ArrayList<String>(
        List.of(programs.resolve("postgres").toString(), "-D", cluster.toString(), "-p", Integer.toString(port)));
    var settings = new ArrayList<String>(List.of("listen_addresses=" + HOST, "unix_socket_directories=",
        "max_connections=200", "shared_preload_libraries=pg_stat_statements", "timezone=UTC", "log_timezone=UTC"));
    settings.addAll(tuning.settings());
    settings.forEach(setting -> command.addAll(List.of("-c", setting)));
    return command;
  }

  private void awaitReady(ChildProcess started) throws IOException {
    long deadline = System.nanoTime() + START.toNanos();
    while (!isReady(started.handle().pid())) {
      if (started.endedWithin(LOOK_AGAIN)) {
        throw new LocalServerException("PostgreSQL does not start: " + started.lastLines() + ".");
      }
      if (System.nanoTime() > deadline) {
        started.kill();
        throw new LocalServerException("PostgreSQL was not ready within " + START.toMinutes() + " minutes: "
            + started.lastLines() + ".");
      }
    }
  }

  /** The server writes its state into the last line of its own process id file. */
  private boolean isReady(long pid) throws IOException {
    Path file = cluster.resolve("postmaster.pid");
    if (!Files.exists(file)) {
      return false;
    }
    List<String> lines = Files.readAllLines(file);
    return lines.size() >= 8 && lines.getFirst().strip().equals(Long.toString(pid))
        && lines.get(7).strip().equals("ready");
  }

  private void createDatabaseUnlessThere() throws SQLException {
    try (Connection connection = connect("postgres"); Statement statement = connection.createStatement()) {
      boolean there;
      try (ResultSet found = statement
          .executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
        there = found.next();
      }
      if (!there) {
        statement.execute("CREATE DATABASE " + DATABASE);
      }
    }
  }

  /** A new connection to a database of this server. */
  Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(address().withDatabase(database).jdbcUrl(), USER, password);
  }

  @Override
  public synchronized void stop() {
    ChildProcess stopping = process;
    if (stopping != null && stopping.isAlive()) {
      stopping.resume();
      stopping.stop(STOP);
      log.atInfo().addKeyValue("port", port).log("PostgreSQL stopped");
    }
    release();
  }

  /** Ends the server as a crash would; a later start replays its log. */
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
      throw new IllegalStateException("PostgreSQL does not run");
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

  /** Where the database {@value #DATABASE} is; complete after the first start. */
  public synchronized PostgresAddress address() {
    return new PostgresAddress(HOST, port, DATABASE, USER, password);
  }

  /** Makes an empty database beside the others. */
  public PostgresAddress createDatabase(String name) {
    try (Connection connection = connect("postgres"); Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + statement.enquoteIdentifier(name, true));
      return address().withDatabase(name);
    } catch (SQLException e) {
      throw new LocalServerException("The database " + name + " could not be made: " + e.getMessage() + ".", e);
    }
  }
}
