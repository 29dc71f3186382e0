package io.selfrag.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerCrashIT {
  @TempDir
  Path folder;

  @Test
  void f1NoTransactionThatAKillMeetsHalfWayHoldsReadersOfCommittedRecordsBackForGood() throws Exception {
    var data = folder.resolve("broker");
    try (var other = ServersInAnotherJvm.start(CommitsInAnotherJvm.class, data)) {
      other.kill();
    }

    try (var broker = new LocalBroker(data, 0)) {
      broker.start();
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(
            () -> assertThat(ends(admin, IsolationLevel.READ_COMMITTED)).isEqualTo(
                ends(admin, IsolationLevel.READ_UNCOMMITTED)));
        assertThat(ends(admin, IsolationLevel.READ_COMMITTED).values()).allMatch(it -> it > 0);
      }
    }
  }

  private static Map<TopicPartition, Long> ends(Admin admin, IsolationLevel isolation)
      throws InterruptedException, ExecutionException {
    var latest = IntStream.range(0, CommitsInAnotherJvm.PARTITIONS)
        .mapToObj(it -> new TopicPartition(CommitsInAnotherJvm.TOPIC, it))
        .collect(Collectors.toMap(it -> it, _ -> OffsetSpec.latest()));
    var ends = new HashMap<TopicPartition, Long>();
    admin.listOffsets(latest, new ListOffsetsOptions(isolation)).all().get()
        .forEach((partition, info) -> ends.put(partition, info.offset()));
    return ends;
  }
}
