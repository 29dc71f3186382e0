package io.selfrag.query;

import io.selfrag.service.config.ConfigurationException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of the control plane.
 *
 * @param timeout longest answer of one of its routes
 */
@ConfigurationProperties("selfrag.control-plane")
public record ControlPlaneSettings(@DefaultValue("30s") Duration timeout) {
  public ControlPlaneSettings {
    if (timeout.toMillis() < 1) {
      throw new ConfigurationException("CONTROL_PLANE_TIMEOUT", "must be a positive duration such as 30s");
    }
  }
}
