package io.selfrag.servers;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import javax.management.JMException;
import javax.management.ObjectName;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a broker that was killed is for the controller: alive until its session expires, and still the leader of everything. A
 * broker that starts meanwhile takes this for true, goes on with the transactions that were being committed, then loses its
 * partitions when the session does expire, and Kafka 4.3 takes those for deleted: it calls such transactions complete without
 * having written their markers ({@code TransactionMarkerChannelManager}, "these partitions are likely deleted already"). Then
 * readers of committed records wait behind them for good. So the controller is first run alone until the session is over.
 */
final class CrashedBroker {
  private static final Logger log = LoggerFactory.getLogger(CrashedBroker.class);
  /** Many times what it takes; one that died before it was ever registered is waited for in vain. */
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(50);

  private CrashedBroker() {}

  /** Has the controller of a broker that is down and was not stopped forget it. Blocks, for a second as a rule. */
  static void fence(Path data, int controllerPort) {
    var controller = new KafkaRaftServer(new KafkaConfig(BrokerSettings.ofController(data, controllerPort), false),
        Time.SYSTEM);
    try {
      controller.startup();
      long start = System.nanoTime();
      while (count("ActiveBrokerCount") > 0 || count("FencedBrokerCount") == 0) {
        if (System.nanoTime() - start > LIMIT.toNanos()) {
          log.atInfo().addKeyValue("waited", LIMIT).log("the controller knows of no broker that died");
          return;
        }
        LockSupport.parkNanos(LOOK.toNanos());
      }
    } finally {
      controller.shutdown();
      controller.awaitShutdown();
    }
  }

  /** One of the controller's metrics; 0 before it has any. */
  private static int count(String name) {
    try {
      return (int) ManagementFactory.getPlatformMBeanServer()
          .getAttribute(new ObjectName("kafka.controller:type=KafkaController,name=" + name), "Value");
    } catch (javax.management.InstanceNotFoundException e) {
      return 0;
    } catch (JMException e) {
      throw new LocalServerException("The controller does not say what it knows of the broker.", e);
    }
  }
}
