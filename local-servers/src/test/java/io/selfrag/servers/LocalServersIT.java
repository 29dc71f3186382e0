package io.selfrag.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalServersIT {

  @TempDir
  Path parent;

  @Test
  void whatWasAcknowledgedSurvivesAKillOfTheJvmAGoodStopTheDeathOfAChildAndAFaultOfTheBroker() throws Exception {
    Path data = parent.resolve("data");
    List<ProcessHandle> children;
    try (var other = ServersInAnotherJvm.start(data)) {
      assertThatThrownBy(() -> LocalServers.start(data, ServerPorts.any()))
          .isInstanceOf(DataFolderInUseException.class).hasMessage(
              "The data folder %s is in use by process %d: stop that instance, or choose another folder.", data,
              other.pid());
      children = other.children();
      other.kill();
    }
    assertThat(children).hasSize(2);
    await().atMost(Duration.ofSeconds(20)).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));

    ServerPorts ports;
    try (var servers = LocalServers.start(data, ServerPorts.any())) {
      assertKept(servers);
      ports = portsOf(servers);
    }
    try (var servers = LocalServers.start(data, ServerPorts.any())) {
      assertKept(servers);
      assertThat(portsOf(servers)).isEqualTo(ports);

      killBehindTheBackOf(data);
      await().atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(() -> assertKept(servers));

      var said = new AtomicInteger();
      servers.broker().onFault(said::incrementAndGet);
      // What Kafka calls when its disk is full; without us it would end this JVM.
      Exit.halt(1, "all log dirs have failed");
      Exit.halt(1, "and another thread has met the same");
      assertThat(servers.broker().isRunning()).isFalse();
      assertThat(said).hasValue(1);
      await().atMost(Duration.ofSeconds(60)).until(() -> servers.broker().isRunning());
      assertKept(servers);
      assertThat(portsOf(servers)).isEqualTo(ports);
    }
  }

  /** As the system does when memory runs out. */
  private static void killBehindTheBackOf(Path data) throws Exception {
    for (String file : List.of("postgres/cluster/postmaster.pid", "redis/redis.pid")) {
      long pid = Long.parseLong(Files.readAllLines(data.resolve(file)).getFirst().strip());
      ProcessHandle child = ProcessHandle.of(pid).orElseThrow();
      child.destroyForcibly();
      child.onExit().join();
    }
  }

  private static ServerPorts portsOf(LocalServers servers) {
    return new ServerPorts(servers.broker().port(), servers.postgres().port(), servers.redis().port());
  }

  private static void assertKept(LocalServers servers) throws Exception {
    assertThat(Topics.read(servers.broker().bootstrapServers(), "t", 1, Duration.ofSeconds(60)))
        .containsExactly("kept".getBytes(StandardCharsets.UTF_8));
    try (var connection = servers.postgres().connect("kb");
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT a FROM t")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("kept");
    }
    try (var redis = new RedisConnection(servers.redis().url())) {
      assertThat(redis.ask("GET", "k")).isEqualTo("kept");
    }
  }

  @Test
  void ifOneServerDoesNotStartTheOthersAreStoppedAndTheFolderIsGivenBack() throws Exception {
    Path data = parent.resolve("data");
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var ports = new ServerPorts(0, taken.getLocalPort(), 0);

      assertThatThrownBy(() -> LocalServers.start(data, ports)).isInstanceOf(PortInUseException.class)
          .hasMessageContaining("PostgreSQL");
    }
    try (var lock = DataFolderLock.on(data); var broker = DataFolderLock.on(data.resolve("broker"))) {
      assertThat(lock).isNotSameAs(broker);
    }
  }
}
