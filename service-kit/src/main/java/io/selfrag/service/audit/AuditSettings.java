package io.selfrag.service.audit;

import io.selfrag.service.config.ConfigurationException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * What becomes of the audit log. There is no setting that switches it off.
 *
 * @param retention records older than this go; without a unit: days
 * @param queue records that may wait for the database
 */
@ConfigurationProperties("selfrag.audit")
public record AuditSettings(@DefaultValue("365d") @DurationUnit(ChronoUnit.DAYS) Duration retention,
    @DefaultValue("10000") int queue) {
  public AuditSettings {
    if (retention.compareTo(Duration.ofDays(1)) < 0) {
      throw new ConfigurationException("AUDIT_RETENTION", "must be at least a day, such as 365d");
    }
    if (queue < 1 || queue > 1_000_000) {
      throw new ConfigurationException("AUDIT_QUEUE", "must be between 1 and 1000000");
    }
  }
}
