package io.selfrag.servers;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The settings of a broker and controller in one process, sized for a laptop. */
final class BrokerSettings {
  private static final String HOST = LocalBroker.HOST;
  /** External producers may send documents of 8 MiB inline; the rest is for keys, headers and framing. */
  private static final int LARGEST_RECORD = 10 << 20;

  private BrokerSettings() {}

  /** All of them. */
  static Properties of(Path log, int port, int controllerPort, @Nullable BrokerDoor door) {
    var settings = new HashMap<String, Object>();
    settings.putAll(identity(log, port, controllerPort));
    settings.putAll(oneReplica());
    settings.putAll(smallMemory());
    settings.putAll(limits());
    settings.putAll(session());
    if (door != null) {
      settings.putAll(secondDoor(port, controllerPort, door));
    }
    return properties(settings);
  }

  /** Those of the same node's controller alone, which gives its dead broker up at once. */
  static Properties ofController(Path log, int controllerPort) {
    return properties(Map.of("process.roles", "controller", //
        "node.id", LocalBroker.NODE, //
        "log.dirs", log, //
        "listeners", "CONTROLLER://" + HOST + ":" + controllerPort, //
        "listener.security.protocol.map", "CONTROLLER:PLAINTEXT", //
        "controller.listener.names", LocalBroker.CONTROLLER, //
        "controller.quorum.voters", LocalBroker.NODE + "@" + HOST + ":" + controllerPort, //
        "broker.session.timeout.ms", 500, //
        "broker.heartbeat.interval.ms", 200));
  }

  private static Properties properties(Map<String, Object> settings) {
    var properties = new Properties();
    settings.forEach((key, value) -> properties.setProperty(key, value.toString()));
    return properties;
  }

  private static Map<String, Object> identity(Path log, int port, int controllerPort) {
    return Map.of("process.roles", "broker,controller", //
        "node.id", LocalBroker.NODE, //
        "log.dirs", log, //
        "listeners", "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort, //
        "advertised.listeners", "PLAINTEXT://" + HOST + ":" + port, //
        "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT", //
        "controller.listener.names", LocalBroker.CONTROLLER, //
        "controller.quorum.voters", LocalBroker.NODE + "@" + HOST + ":" + controllerPort);
  }

  private static Map<String, Object> secondDoor(int port, int controllerPort, BrokerDoor door) {
    return Map.of("listeners", "PLAINTEXT://" + HOST + ":" + port + ",DOOR://" + HOST + ":" + door.port()
        + ",CONTROLLER://" + HOST + ":" + controllerPort, //
        "advertised.listeners", "PLAINTEXT://" + HOST + ":" + port + ",DOOR://" + HOST + ":" + door.shown(), //
        "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,DOOR:PLAINTEXT,CONTROLLER:PLAINTEXT");
  }

  private static Map<String, Object> oneReplica() {
    return Map.of("offsets.topic.replication.factor", 1, //
        "transaction.state.log.replication.factor", 1, //
        "transaction.state.log.min.isr", 1, //
        "share.coordinator.state.topic.replication.factor", 1, //
        "share.coordinator.state.topic.min.isr", 1, //
        // The default of 50 makes the first transaction wait seconds for its topic.
        "offsets.topic.num.partitions", 4, //
        "transaction.state.log.num.partitions", 4, //
        "share.coordinator.state.topic.num.partitions", 4);
  }

  private static Map<String, Object> smallMemory() {
    return Map.of("num.network.threads", 2, //
        "num.io.threads", 2, //
        "background.threads", 2, //
        // By default 128 MiB, held for good: three quarters of the broker's live heap.
        "log.cleaner.dedupe.buffer.size", 8 << 20, //
        "log.index.size.max.bytes", 1 << 20, //
        "log.segment.bytes", 64 << 20);
  }

  private static Map<String, Object> limits() {
    return Map.of("auto.create.topics.enable", false, //
        "message.max.bytes", LARGEST_RECORD, //
        "replica.fetch.max.bytes", LARGEST_RECORD, //
        "group.initial.rebalance.delay.ms", 0, //
        // Lets a test ask for a dead consumer to be noticed sooner; consumers choose, this is only the floor.
        "group.min.session.timeout.ms", 1_000, //
        // A machine switched off for longer than the default week must not forget how far its consumers came.
        "offsets.retention.minutes", 525_600, //
        // A crashed transaction holds back all readers of committed records: look for expired ones more often.
        "transaction.abort.timed.out.transaction.cleanup.interval.ms", 2_000);
  }

  /**
   * Long, since nobody takes over from the only broker: to be given up while the machine is merely busy or asleep would do
   * nothing but harm ({@link CrashedBroker}).
   */
  private static Map<String, Object> session() {
    return Map.of("broker.session.timeout.ms", 60_000, "broker.heartbeat.interval.ms", 1_000);
  }
}
