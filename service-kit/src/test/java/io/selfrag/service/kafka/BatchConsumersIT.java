package io.selfrag.service.kafka;

import static io.selfrag.service.kafka.BrokerRig.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.servers.SharedServers;
import io.selfrag.service.health.HealthStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Side by side: each test has a topic and a group of its own, and mostly waits. */
@Execution(ExecutionMode.CONCURRENT)
class BatchConsumersIT {
  private static final Map<String, Object> TEN_AT_ONCE = Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10);

  private final BrokerRig rig = new BrokerRig(SharedServers.bootstrapServers(), 2);
  private final ScriptedHandler handler = new ScriptedHandler();

  @BeforeAll
  static void patience() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(40));
    Awaitility.setDefaultPollInterval(Duration.ofMillis(20));
  }

  @AfterEach
  void close() {
    handler.gate = null;
    rig.close();
  }

  @Test
  void anOutageDelaysTheBatchAndNothingIsLostSkippedOrGivenUp() {
    handler.outage = true;
    rig.consumer("a", handler, TEN_AT_ONCE);
    rig.send(0, texts("x", 25));
    rig.send(1, texts("y", 25));
    await().until(() -> handler.batches.size() > 8);
    assertThat(rig.health.current().status()).isEqualTo(HealthStatus.DEGRADED);
    assertThat(handler.done).isEmpty();

    handler.outage = false;

    await().untilAsserted(() -> assertThat(handler.done).hasSize(50));
    assertThat(handler.done).doesNotHaveDuplicates();
    assertThat(handler.done.stream().filter(it -> it.startsWith("x"))).containsExactly(texts("x", 25));
    assertThat(handler.givenUp).isEmpty();
    await().untilAsserted(() -> assertThat(rig.lag()).containsOnly(Map.entry(0, 0L), Map.entry(1, 0L)));
    assertThat(rig.health.current().status()).isEqualTo(HealthStatus.OK);
  }

  @Test
  void aPoisonRecordIsGivenUpAloneAndItsNeighboursGoOn() {
    handler.refusals.put("x0005", ErrorCode.UNDECODABLE);
    rig.send(0, texts("x", 20));

    rig.consumer("a", handler);

    await().untilAsserted(() -> assertThat(handler.ended()).containsExactly(texts("x", 20)));
    assertThat(handler.givenUp).containsExactly(new ScriptedHandler.GivenUp("x0005", ErrorCode.UNDECODABLE, 1));
    await().untilAsserted(() -> assertThat(rig.committed(0)).isEqualTo(20));
  }

  @Test
  void anOutageOfTheDeadLettersHoldsTheRecordAndNothingBehindItIsSkipped() {
    handler.refusals.put("x0005", ErrorCode.UNDECODABLE);
    handler.deadLettersAway = true;
    rig.send(0, texts("x", 20));
    rig.consumer("a", handler);
    await().until(() -> handler.done.size() >= 5 && rig.committed(0) == 5);

    handler.deadLettersAway = false;

    await().untilAsserted(() -> assertThat(handler.ended()).containsExactly(texts("x", 20)));
    assertThat(handler.givenUpValues()).containsExactly("x0005");
  }

  @Test
  void s17LagIsExactlyZeroBehindTransactionsCommittedAndAborted() {
    rig.consumer("a", handler);
    rig.sendInTransaction(0, true, texts("x", 3));
    rig.sendInTransaction(0, true, texts("y", 3));
    rig.sendInTransaction(0, false, texts("never", 2));
    rig.sendInTransaction(1, false, texts("never", 2));

    await().untilAsserted(() -> assertThat(rig.lag()).containsOnly(Map.entry(0, 0L), Map.entry(1, 0L)));

    assertThat(handler.ended()).containsExactly("x0000", "x0001", "x0002", "y0000", "y0001", "y0002");
  }

  @Test
  void s17LagGoesToZeroAfterAnOutageToo() {
    handler.outage = true;
    rig.consumer("a", handler);
    rig.sendInTransaction(0, true, texts("x", 3));
    await().until(() -> handler.batches.size() > 3);
    assertThat(rig.committed(0)).isLessThanOrEqualTo(0);

    handler.outage = false;

    await().untilAsserted(() -> assertThat(rig.lag()).containsOnly(Map.entry(0, 0L), Map.entry(1, 0L)));
    assertThat(handler.done).containsExactly(texts("x", 3));
  }

  @Test
  void aStopLetsTheBatchAtWorkFinishAndCommitsIt() {
    handler.gate = new Semaphore(0);
    rig.send(0, texts("x", 30));
    var consumers = rig.consumer("a", handler, TEN_AT_ONCE);
    await().until(() -> handler.batches.size() == 1);

    var stop = Thread.ofVirtual().start(consumers::stop);
    await().until(() -> !consumers.isRunning());
    handler.gate.release();

    await().until(() -> !stop.isAlive());
    assertThat(handler.done).containsExactly(texts("x", 10));
    assertThat(rig.committed(0)).isEqualTo(10);
    assertThat(handler.batches).hasSize(1);
  }

  @Test
  void aStopDuringAnOutageIsQuickAndCommitsNothingUndone() {
    rig.send(0, "first");
    var consumers = rig.consumer("a", handler);
    await().until(() -> rig.committed(0) == 1);
    handler.outage = true;
    rig.send(0, texts("x", 20));
    await().until(() -> handler.batches.size() > 5);

    long start = System.nanoTime();
    consumers.stop();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(rig.committed(0)).isEqualTo(1);
    handler.outage = false;
    rig.consumer("b", handler);
    await().untilAsserted(() -> assertThat(handler.done).contains(texts("x", 20)));
  }

  @Test
  void aStopCutsOffABatchThatDoesNotEndAndItIsDoneAgainLater() {
    handler.gate = new Semaphore(0);
    rig.send(0, texts("x", 10));
    var consumers = rig.consumer("a", handler);
    await().until(() -> handler.batches.size() == 1);

    long start = System.nanoTime();
    consumers.stop();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    assertThat(handler.done).isEmpty();
    assertThat(handler.givenUp).isEmpty();
    assertThat(rig.committed(0)).isLessThanOrEqualTo(0);
    handler.gate = null;
    rig.consumer("b", handler);
    await().untilAsserted(() -> assertThat(handler.done).containsExactly(texts("x", 10)));
  }

  @Test
  void rebalancesUnderLoadLoseNothing() {
    var other = new ScriptedHandler();
    var sent = new CopyOnWriteArrayList<String>();
    rig.consumer("a", handler, TEN_AT_ONCE);
    for (int round = 0; round < 4; round++) {
      int before = other.done.size();
      var second = rig.consumer("b" + round, other, TEN_AT_ONCE);
      for (int burst = 0; burst < 500 && other.done.size() < before + 100; burst++) {
        var texts = texts("r%d-%04d-".formatted(round, burst), 20);
        rig.send(burst % 2, texts);
        sent.addAll(List.of(texts));
      }
      assertThat(other.done).hasSizeGreaterThanOrEqualTo(before + 100);
      second.stop();
    }

    await().untilAsserted(() -> assertThat(rig.lag()).containsOnly(Map.entry(0, 0L), Map.entry(1, 0L)));

    var done = new CopyOnWriteArrayList<>(handler.done);
    done.addAll(other.done);
    assertThat(done).containsAll(sent);
    assertThat(handler.givenUp).isEmpty();
    assertThat(other.givenUp).isEmpty();
  }

  @Test
  void partitionsThatComeDuringAnOutageGoOnWithTheOthersAfterIt() {
    var other = new ScriptedHandler();
    handler.outage = true;
    other.outage = true;
    rig.consumer("a", handler);
    var second = rig.consumer("b", other);
    rig.send(0, texts("x", 10));
    rig.send(1, texts("y", 10));
    await().until(() -> handler.batches.size() > 3 && other.batches.size() > 3);

    second.stop();
    await().until(() -> handler.batches.stream().anyMatch(it -> it.contains("x0000"))
        && handler.batches.stream().anyMatch(it -> it.contains("y0000")));
    handler.outage = false;

    await().untilAsserted(() -> assertThat(handler.ended()).hasSize(20));
    await().untilAsserted(() -> assertThat(rig.lag()).containsOnly(Map.entry(0, 0L), Map.entry(1, 0L)));
    assertThat(handler.givenUp).isEmpty();
  }

  @Test
  void s27ABugIsTriedThreeTimesThenGivenUpAndNeighboursGoOn() {
    handler.bugs.add("x0003");
    rig.send(0, texts("x", 8));

    rig.consumer("a", handler);

    await().untilAsserted(() -> assertThat(handler.ended()).containsExactly(texts("x", 8)));
    assertThat(handler.givenUp).containsExactly(new ScriptedHandler.GivenUp("x0003", ErrorCode.INTERNAL_ERROR, 3));
  }

  @Test
  void s27FiveDifferentRecordsInARowStopTheConsumerAndNothingIsSkipped() {
    handler.bugs.addAll(List.of(texts("x", 12)));
    rig.send(0, texts("x", 12));
    var consumers = rig.consumer("a", handler);
    rig.consumer("elsewhere", new ScriptedHandler());

    await().until(() -> !consumers.isRunning());

    assertThat(rig.health.current().status()).isEqualTo(HealthStatus.DOWN);
    assertThat(handler.givenUpValues()).containsExactly(texts("x", 4));
    assertThat(handler.done).isEmpty();
  }

  @Test
  void anErrorEndsTheConsumerAndCommitsNothingUndone() {
    rig.send(0, "first");
    var consumers = rig.consumer("a", handler);
    await().until(() -> rig.committed(0) == 1);
    handler.errors.add("x0004");
    rig.send(0, texts("x", 10));

    await().until(() -> !consumers.isRunning() && rig.health.current().status() == HealthStatus.DOWN);

    consumers.stop();
    assertThat(rig.committed(0)).isEqualTo(1);
  }

  @Test
  void aMemberThatWorkedTooLongDoesItsBatchAgainToNoEffectAndGoesOn() {
    handler.gate = new Semaphore(0);
    rig.send(0, texts("x", 10));
    rig.consumer("a", handler, Map.of(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, 7_000,
        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000, ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 500));
    await().until(() -> handler.batches.size() == 1);
    var other = new ScriptedHandler();
    rig.consumer("b", other);
    await().untilAsserted(() -> assertThat(other.done).containsExactly(texts("x", 10)));

    handler.gate.release(1000);
    rig.send(0, texts("y", 10));
    rig.send(1, texts("z", 10));

    await().untilAsserted(() -> assertThat(rig.lag()).containsOnly(Map.entry(0, 0L), Map.entry(1, 0L)));
    var ended = new CopyOnWriteArrayList<>(handler.ended());
    ended.addAll(other.ended());
    assertThat(ended.stream().distinct()).hasSize(30);
  }
}
