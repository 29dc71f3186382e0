package io.selfrag.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalPostgresIT {

  @TempDir
  static Path folder; // one cluster for all, for initdb takes longer than any of them

  private LocalPostgres postgres;

  @BeforeEach
  void start() {
    postgres = server(0);
    postgres.start();
  }

  @AfterEach
  void stop() {
    postgres.stop();
  }

  private LocalPostgres server(int port) {
    return new LocalPostgres(folder, port, SharedServers.binaries(), PostgresTuning.TEST);
  }

  private String ask(String sql) throws SQLException {
    try (var connection = postgres.connect("kb"); var statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return "";
      }
      try (var rows = statement.getResultSet()) {
        rows.next();
        return rows.getString(1);
      }
    }
  }

  @Test
  void commitsSurviveAStopOnTheSamePort() throws Exception {
    ask("DROP TABLE IF EXISTS t");
    ask("CREATE TABLE t AS SELECT 42 AS a");
    int port = postgres.port();

    postgres.stop();
    postgres.start();

    assertThat(postgres.port()).isEqualTo(port);
    assertThat(ask("SELECT a FROM t")).isEqualTo("42");
  }

  @Test
  void commitsSurviveAKill() throws Exception {
    ask("DROP TABLE IF EXISTS t");
    ask("CREATE TABLE t AS SELECT 42 AS a");

    postgres.kill();
    assertThat(postgres.isRunning()).isFalse();
    postgres.start();

    assertThat(ask("SELECT a FROM t")).isEqualTo("42");
  }

  @Test
  void itIsSetUpToBeDurableAndToTellNobodyElse() throws Exception {
    postgres.stop();
    postgres = new LocalPostgres(folder, 0, SharedServers.binaries(), PostgresTuning.DURABLE);
    postgres.start();

    assertThat(ask("SHOW fsync")).isEqualTo("on");
    assertThat(ask("SHOW full_page_writes")).isEqualTo("on");
    assertThat(ask("SHOW synchronous_commit")).isEqualTo("on");
    assertThat(ask("SHOW listen_addresses")).isEqualTo("127.0.0.1");
    assertThat(ask("SHOW server_encoding")).isEqualTo("UTF8");
    ask("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
    assertThat(ask("SELECT count(*) >= 0 FROM pg_stat_statements")).isEqualTo("t");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("password"))))
        .isEqualTo("rw-------");
    assertThatThrownBy(
        () -> DriverManager.getConnection(postgres.address().jdbcUrl(), "kb", "guess").close())
        .hasMessageContaining("password authentication failed");
  }

  @Test
  void aServerLeftBehindIsStoppedAndReplaced() throws Exception {
    ask("DROP TABLE IF EXISTS t");
    ask("CREATE TABLE t AS SELECT 42 AS a");
    postgres.stop();
    Process orphan = startOrphan();

    postgres.start();

    assertThat(orphan.isAlive()).isFalse();
    assertThat(ask("SELECT a FROM t")).isEqualTo("42");
  }

  private Process startOrphan() throws Exception {
    Path program = PostgresBinaries.unpackedIn(SharedServers.binaries()).resolve("bin/postgres");
    Path cluster = folder.resolve("cluster");
    var command = new ArrayList<String>(RunAs.ordinaryUser(program, folder).prefix());
    command.addAll(List.of(program.toString(), "-D", cluster.toString(), "-p", Integer.toString(postgres.port()), "-c",
        "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="));
    Process orphan = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(folder.resolve("orphan.log").toFile()).start();
    await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(cluster.resolve("postmaster.pid"))
        && Files.readString(cluster.resolve("postmaster.pid")).contains("ready"));
    return orphan;
  }

  @Test
  void aProcessIdFileOfAStrangerHarmsNobody() throws Exception {
    postgres.kill();
    Process stranger = new ProcessBuilder("sleep", "600").start();
    try {
      Path file = folder.resolve("cluster/postmaster.pid");
      var lines = new ArrayList<>(Files.readAllLines(file));
      lines.set(0, Long.toString(stranger.pid()));

      Orphan.stop(Files.write(file, lines), "postgres", folder.resolve("cluster"));

      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void aSecondServerOnTheSameFolderIsRefused() {
    assertThatThrownBy(() -> server(0).start()).isInstanceOf(DataFolderInUseException.class)
        .hasMessageContaining(folder.toString());
    assertThat(postgres.isRunning()).isTrue();
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    postgres.stop();
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> server(taken.getLocalPort()).start()).isInstanceOf(PortInUseException.class)
          .hasMessageContaining("Port " + taken.getLocalPort());
    }
    postgres.start(); // the folder was given back
    assertThat(postgres.isRunning()).isTrue();
  }

  @Test
  void aPausedServerKeepsItsConnectionsAndAnswersLater() throws Exception {
    try (var connection = postgres.connect("kb"); var statement = connection.createStatement()) {
      statement.execute("SELECT 1");
      connection.setNetworkTimeout(Runnable::run, 500);
      postgres.pause();

      assertThatThrownBy(() -> statement.execute("SELECT 1")).isInstanceOf(SQLException.class);
      postgres.resume();

      assertThat(ask("SELECT 2")).isEqualTo("2");
    }
  }
}
