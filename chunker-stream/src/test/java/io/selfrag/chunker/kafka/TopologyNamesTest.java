package io.selfrag.chunker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.selfrag.chunker.version.Overtaken;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.TopicNames;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.kafka.Backoff;
import io.selfrag.service.trace.Spans;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.junit.jupiter.api.Test;

/** Names of nodes, stores and topics are kept in brokers and on disks: a change must be seen in review. */
class TopologyNamesTest {
  private final InstantSource clock = InstantSource.fixed(Instant.EPOCH);
  private final StageHealth health = new StageHealth("test", clock);
  private final TransientRetry retry = new TransientRetry(Backoff.DEFAULT, Duration.ofSeconds(1), clock, _ -> {},
      new Random(1), health);

  @Test
  void orderIsAsItWas() throws IOException {
    var ports = new OrderPorts((_, _) -> Optional.empty(), (_, _, _, _, _) -> {}, _ -> {}, retry, health,
        new SimpleMeterRegistry(), Spans.OFF);

    assertGolden("order.txt", OrderTopology.of(new TopicNames("selfrag."), new AvroCodec(), ports));
  }

  @Test
  void splitIsAsItWasInBothLanes() throws IOException {
    for (Lane lane : Lane.values()) {
      // Nothing is processed, so nothing is asked of the splitter.
      var ports = new SplitPorts(null, retry, new Overtaken(), Holds.NONE, Duration.ofHours(1), clock, health,
          new SimpleMeterRegistry(), Spans.OFF);

      assertGolden("split-" + lane.wireName() + ".txt",
          SplitTopology.of(new TopicNames("selfrag."), new AvroCodec(), lane, ports));
    }
  }

  @Test
  void s7OnlyOrderHasStateStores() {
    var order = OrderTopology.of(new TopicNames("selfrag."), new AvroCodec(),
        new OrderPorts((_, _) -> Optional.empty(), (_, _, _, _, _) -> {}, _ -> {}, retry, health,
            new SimpleMeterRegistry(), Spans.OFF));
    var split = SplitTopology.of(new TopicNames("selfrag."), new AvroCodec(), Lane.BULK,
        new SplitPorts(null, retry, new Overtaken(), Holds.NONE, Duration.ofHours(1), clock, health,
            new SimpleMeterRegistry(),
            Spans.OFF));

    assertThat(stores(order)).containsExactlyInAnyOrder(OrderTopology.DOCUMENTS_STORE,
        OrderTopology.GENERATIONS_STORE);
    assertThat(stores(split)).isEmpty();
  }

  private static Set<String> stores(Topology topology) {
    return topology.describe().subtopologies().stream().flatMap(it -> it.nodes().stream())
        .filter(TopologyDescription.Processor.class::isInstance).map(TopologyDescription.Processor.class::cast)
        .flatMap(it -> it.stores().stream()).collect(Collectors.toSet());
  }

  private static void assertGolden(String file, Topology topology) throws IOException {
    try (var golden = TopologyNamesTest.class.getResourceAsStream("/topology/" + file)) {
      assertThat(golden).as(file + " is missing; it should be:\n" + topology.describe()).isNotNull();
      assertThat(topology.describe().toString().strip())
          .isEqualToNormalizingNewlines(new String(golden.readAllBytes(), StandardCharsets.UTF_8).strip());
    }
  }
}
