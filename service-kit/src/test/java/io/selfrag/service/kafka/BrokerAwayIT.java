package io.selfrag.service.kafka;

import static io.selfrag.service.kafka.BrokerRig.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.servers.LocalBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** F4 for the workers' consumers, on a broker of its own. */
class BrokerAwayIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir
  Path folder;
  private final ScriptedHandler handler = new ScriptedHandler();
  private LocalBroker broker;
  private BrokerRig rig;

  @BeforeEach
  void start() {
    broker = new LocalBroker(folder.resolve("broker"), 0);
    broker.start();
    rig = new BrokerRig(broker.bootstrapServers(), 2);
  }

  @AfterEach
  void stop() {
    rig.close();
    broker.stop();
  }

  @Test
  void aBrokerRestartBetweenTheWorkAndItsCommitLosesNothing() {
    handler.gate = new Semaphore(0);
    rig.send(0, texts("x", 10));
    rig.consumer("a", handler);
    await().atMost(PATIENCE).until(() -> handler.batches.size() == 1);

    broker.stop();
    handler.gate.release(1000);
    await().atMost(PATIENCE).until(() -> handler.done.size() == 10);
    broker.start();
    rig.send(0, texts("y", 10));
    rig.send(1, texts("z", 10));

    await().atMost(PATIENCE)
        .untilAsserted(() -> assertThat(rig.lag()).containsOnly(Map.entry(0, 0L), Map.entry(1, 0L)));
    assertThat(handler.ended()).hasSize(30);
    assertThat(handler.givenUp).isEmpty();
  }

  @Test
  void aStopWhileTheBrokerIsAwayEndsInTime() {
    handler.gate = new Semaphore(0);
    rig.send(0, texts("x", 10));
    var consumers = rig.consumer("a", handler);
    await().atMost(PATIENCE).until(() -> handler.batches.size() == 1);
    broker.stop();
    handler.gate.release(1000);

    long start = System.nanoTime();
    consumers.stop();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(21));
  }
}
