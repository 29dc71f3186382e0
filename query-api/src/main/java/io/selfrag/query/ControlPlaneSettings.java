package io.selfrag.query;

import io.selfrag.service.config.ConfigurationException;
import java.time.Duration;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of the control plane.
 *
 * @param timeout longest answer of one of its routes
 * @param isolationStrategy of tenants that name none: partition, collection or auto
 */
@ConfigurationProperties("selfrag.control-plane")
public record ControlPlaneSettings(@DefaultValue("30s") Duration timeout,
    @DefaultValue("partition") String isolationStrategy) {
  private static final Set<String> ISOLATION_STRATEGIES = Set.of("partition", "collection", "auto");

  public ControlPlaneSettings {
    if (timeout.toMillis() < 1) {
      throw new ConfigurationException("CONTROL_PLANE_TIMEOUT", "must be a positive duration such as 30s");
    }
    if (!ISOLATION_STRATEGIES.contains(isolationStrategy)) {
      throw new ConfigurationException("QDRANT_ISOLATION_STRATEGY", "must be partition, collection or auto");
    }
  }
}
