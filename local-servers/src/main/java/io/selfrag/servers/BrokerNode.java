package io.selfrag.servers;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server$;
import kafka.server.SharedServer;
import kafka.server.StandardFaultHandlerFactory;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.ServerSocketFactory;
import org.slf4j.LoggerFactory;

/**
 * A controller and a broker of one process, put together as {@link KafkaRaftServer} does it. That one waits five minutes for the
 * controller's leave before it stops a broker, which a controller that has failed will not give: this one can be given up.
 */
final class BrokerNode {
  private static final Duration IN_GOOD_ORDER = Duration.ofMinutes(5);
  /** The controller that could let a failed broker go has failed with it. */
  private static final Duration GIVEN_UP = Duration.ofMillis(1);

  private final ControllerServer controller;
  private final BrokerServer broker;

  /** @param controllerPort as in the settings */
  BrokerNode(KafkaConfig config, int controllerPort) {
    var folders = KafkaRaftServer.initializeLogDirs(config, LoggerFactory.getLogger(BrokerNode.class), "");
    var metrics = Server$.MODULE$.initializeMetrics(config, Time.SYSTEM, folders._1().clusterId().orElseThrow());
    var shared = new SharedServer(config, folders._1(), Time.SYSTEM, metrics,
        CompletableFuture
            .completedFuture(Map.of(LocalBroker.NODE,
                new InetSocketAddress(InetAddress.ofLiteral(LocalBroker.HOST), controllerPort))),
        List.of(), new StandardFaultHandlerFactory(), ServerSocketFactory.INSTANCE);
    broker = new BrokerServer(shared);
    controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), folders._2());
  }

  void start() {
    controller.startup();
    broker.startup();
  }

  /** Stops both in good order. */
  void stop() {
    shutdown(IN_GOOD_ORDER);
  }

  /** Stops both after a fault: what they could not write stays unwritten, as after a crash. */
  void giveUp() {
    shutdown(GIVEN_UP);
  }

  private void shutdown(Duration patience) {
    try {
      broker.shutdown(patience);
    } finally {
      controller.shutdown();
    }
    broker.awaitShutdown();
    controller.awaitShutdown();
  }
}
