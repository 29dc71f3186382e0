package io.selfrag.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRedisIT {

  @TempDir
  Path folder;

  private LocalRedis redis;

  @BeforeEach
  void start() {
    redis = new LocalRedis(folder, 0);
    redis.start();
  }

  @AfterEach
  void stop() {
    redis.stop();
  }

  private String ask(String... words) throws IOException {
    try (var connection = new RedisConnection(redis.url())) {
      return connection.ask(words);
    }
  }

  @Test
  void valuesSurviveAStopOnTheSamePort() throws Exception {
    ask("SET", "k", "v");
    int port = redis.port();

    redis.stop();
    redis.start();

    assertThat(redis.port()).isEqualTo(port);
    assertThat(ask("GET", "k")).isEqualTo("v");
  }

  @Test
  void valuesSurviveAKill() throws Exception {
    ask("SET", "k", "v");

    redis.kill();
    assertThat(redis.isRunning()).isFalse();
    redis.start();

    assertThat(ask("GET", "k")).isEqualTo("v");
  }

  @Test
  void aServerLeftBehindIsStoppedAndReplaced() throws Exception {
    ask("SET", "k", "v");
    redis.stop();
    Process orphan = startOrphan();

    redis.start();

    assertThat(orphan.isAlive()).isFalse();
    assertThat(ask("GET", "k")).isEqualTo("v");
  }

  private Process startOrphan() throws Exception {
    Path pidFile = folder.resolve("redis.pid");
    Process orphan = new ProcessBuilder(folder.resolve("bin-" + LocalRedis.VERSION + "/redis-server").toString(),
        folder.resolve("redis.conf").toString()).redirectErrorStream(true)
        .redirectOutput(folder.resolve("orphan.log").toFile()).start();
    await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(pidFile)
        && Files.readString(pidFile).strip().equals(Long.toString(orphan.pid())) && ask("PING").equals("+PONG"));
    return orphan;
  }

  @Test
  void aSecondServerOnTheSameFolderIsRefused() {
    assertThatThrownBy(() -> new LocalRedis(folder, 0).start()).isInstanceOf(DataFolderInUseException.class)
        .hasMessageContaining(folder.toString());
    assertThat(redis.isRunning()).isTrue();
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    redis.stop();
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> new LocalRedis(folder, taken.getLocalPort()).start())
          .isInstanceOf(PortInUseException.class).hasMessageContaining("Port " + taken.getLocalPort());
    }
  }

  @Test
  void aPausedServerAnswersLater() throws Exception {
    redis.pause();

    assertThatThrownBy(() -> ask("PING")).isInstanceOf(SocketTimeoutException.class);
    redis.resume();

    assertThat(ask("PING")).isEqualTo("+PONG");
  }

  @Test
  void thePasswordIsNotInTheListOfProcesses() throws Exception {
    String password = Files.readString(folder.resolve("password")).strip();
    String pid = Files.readString(folder.resolve("redis.pid")).strip();

    String line = ProcessHandle.of(Long.parseLong(pid)).orElseThrow().info().commandLine().orElse("");

    assertThat(line).contains("redis-server").doesNotContain(password);
  }
}
