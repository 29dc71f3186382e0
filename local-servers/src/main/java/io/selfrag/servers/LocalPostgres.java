package io.selfrag.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A PostgreSQL as a child process, with the database {@value #DATABASE}. What it committed survives a kill. */
public final class LocalPostgres extends ChildServer {
  static final String HOST = "127.0.0.1";
  static final String USER = "kb";
  static final String DATABASE = "kb";
  private static final Duration INITDB = Duration.ofMinutes(2);
  /** Long, for a server that was killed replays its log first. */
  private static final Duration START = Duration.ofMinutes(3);

  private final Path cluster;
  private final Path binaries;
  private final PostgresTuning tuning;
  private volatile String password = "";

  /**
   * A server that does not run yet.
   *
   * @param port its port, or 0 for the one of the folder's last start, or any free one
   * @param binaries a folder for the unpacked programs, which other servers may share
   */
  public LocalPostgres(Path folder, int port, Path binaries, PostgresTuning tuning) {
    super("PostgreSQL", folder, port);
    this.cluster = folder().resolve("cluster");
    this.binaries = binaries.toAbsolutePath().normalize();
    this.tuning = tuning;
  }

  @Override
  void stopOrphan() throws IOException {
    Orphan.stop(cluster.resolve("postmaster.pid"), "postgres", cluster);
  }

  @Override
  ChildProcess launch() throws IOException {
    Path programs = PostgresBinaries.unpackedIn(binaries).resolve("bin");
    password = Secret.keptIn(folder().resolve("password"));
    var output = output();
    output.begin();
    RunAs user = RunAs.ordinaryUser(programs.resolve("postgres"), folder());
    user.own(folder());
    if (!Files.exists(cluster)) {
      Path unfinished = folder().resolve("cluster.unfinished");
      Folders.delete(unfinished); // of a first start that was killed
      ChildProcess.run(user, initdb(programs, unfinished), folder(), output, INITDB);
      Files.move(unfinished, cluster, StandardCopyOption.ATOMIC_MOVE);
    }
    return ChildProcess.start(user, postgres(programs), folder(), output);
  }

  private List<String> initdb(Path programs, Path target) {
    var command = new ArrayList<String>(
        List.of(programs.resolve("initdb").toString(), "-D", target.toString(), "-U", USER, "-A", "scram-sha-256",
            "--pwfile=" + folder().resolve("password"), "-E", "UTF8", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions"));
    if (tuning == PostgresTuning.TEST) {
      command.add("--no-sync");
    }
    return command;
  }

  private List<String> postgres(Path programs) {
    var command = new ArrayList<String>(
        List.of(programs.resolve("postgres").toString(), "-D", cluster.toString(), "-p", Integer.toString(port())));
    var settings = new ArrayList<String>(List.of("listen_addresses=" + HOST, "unix_socket_directories=",
        "max_connections=200", "shared_preload_libraries=pg_stat_statements", "timezone=UTC", "log_timezone=UTC"));
    settings.addAll(tuning.settings());
    settings.forEach(setting -> command.addAll(List.of("-c", setting)));
    return command;
  }

  @Override
  void awaitReady(ChildProcess started) throws IOException, SQLException {
    started.await(() -> isReady(started.pid()), "PostgreSQL", START);
    createDatabaseUnlessThere();
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
    try (Connection connection = connect(DATABASE); Statement statement = connection.createStatement()) {
      statement.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
    }
  }

  /** A new connection to a database of this server. */
  Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(address().withDatabase(database).jdbcUrl(), USER, password);
  }

  /** Where the database {@value #DATABASE} is; complete after the first start. */
  public PostgresAddress address() {
    return new PostgresAddress(HOST, port(), DATABASE, USER, password);
  }

  /**
   * Where the server of a folder that was started before listens, for a reader in another process.
   *
   * @throws LocalServerException if there never was one
   */
  public static PostgresAddress keptAddress(Path folder) {
    try {
      return new PostgresAddress(HOST, Integer.parseInt(Files.readString(folder.resolve("port")).strip()), DATABASE,
          USER, Files.readString(folder.resolve("password")).strip());
    } catch (IOException e) {
      throw new LocalServerException("There is no PostgreSQL in " + folder + ".", e);
    }
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
