package io.selfrag.service.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.catalog.audit.AuditLog;
import io.selfrag.catalog.audit.AuditRecord;
import io.selfrag.servers.FreePorts;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AuditTrailTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @Test
  void whatComesBackFromADatabaseThatIsAwayDoesNotOutgrowTheQueue() {
    var meters = new SimpleMeterRegistry();
    var address = DatabaseAddress.parse("postgresql://user:secret@127.0.0.1:" + FreePorts.any() + "/none");
    try (var away = new CatalogDatabase(address, "test", 1, LIMIT, LIMIT)) {
      var trail = new AuditTrail(new AuditLog(away), new AuditSettings(Duration.ofDays(1), 1), meters);
      trail.add(record());
      var writing = trail.flush().toFuture();
      trail.add(record());

      await().until(writing::isDone);
      assertThat(meters.get("selfrag.audit.waiting").gauge().value()).isEqualTo(1);
      assertThat(meters.get("selfrag.audit.lost").counter().count()).isEqualTo(1);
    }
  }

  private static AuditRecord record() {
    return new AuditRecord(UUID.randomUUID(), Instant.EPOCH, null, AuditRecord.Actor.OPERATOR, null, "name", "POST /x",
        "{}",
        200, null, null, "r");
  }
}
