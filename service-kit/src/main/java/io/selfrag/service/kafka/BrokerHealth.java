package io.selfrag.service.kafka;

import io.selfrag.service.health.ComponentHealth;
import io.selfrag.service.health.HealthComponent;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import reactor.core.publisher.Mono;

/** Whether the brokers answer. */
public final class BrokerHealth implements HealthComponent {
  /** Name of the component. */
  public static final String NAME = "broker";
  private static final int TIMEOUT_MS = 1500;

  private final Admin admin;

  /**
   * @param admin not closed by this
   */
  public BrokerHealth(Admin admin) {
    this.admin = admin;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean requiredForReady() {
    return true;
  }

  @Override
  public Mono<ComponentHealth> check() {
    return Mono.fromCompletionStage(
        () -> admin.describeCluster(new DescribeClusterOptions().timeoutMs(TIMEOUT_MS)).nodes().toCompletionStage())
        .map(nodes -> nodes.isEmpty() ? ComponentHealth.down("no broker is known") : ComponentHealth.ok())
        .onErrorReturn(ComponentHealth.down("the broker does not answer"));
  }
}
