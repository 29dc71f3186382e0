package io.selfrag.query.tenants.http;

import io.selfrag.catalog.holds.BulkLane;
import io.selfrag.catalog.isolation.Migration;
import io.selfrag.catalog.tenant.Tenant;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A tenant as it is answered. */
record TenantView(UUID id, String name, String plan, String status, String isolationStrategy, int quotaKbCount,
    int quotaDocCount, int quotaStorageMb, long kbCount, long docCount, BigDecimal storageMb, Instant createdAt,
    Instant updatedAt, @Nullable Instant disabledAt, @Nullable String disabledReason, String isolationPlace,
    @Nullable MigrationView isolationMigration, BulkLaneView bulkLane) {
  private static final BigDecimal MB = BigDecimal.valueOf(1024L * 1024);

  static TenantView of(Tenant it) {
    return new TenantView(it.id(), it.name(), it.plan(), it.status(), it.isolationStrategy(), it.quotaKbCount(),
        it.quotaDocCount(), it.quotaStorageMb(), it.kbCount(), it.docCount(),
        BigDecimal.valueOf(it.storageBytes()).divide(MB, 2, RoundingMode.UP), it.createdAt(), it.updatedAt(),
        it.disabledAt(), it.disabledReason(), it.place().wireName(), MigrationView.of(it.migration()),
        BulkLaneView.of(it.bulkLane()));
  }

  /** Whether bulk work goes on, and since when not. */
  record BulkLaneView(String state, @Nullable Instant since) {
    static BulkLaneView of(BulkLane it) {
      return new BulkLaneView(it.state(), it.since());
    }
  }

  /** How far the points have come on their way to another place. */
  record MigrationView(String target, String state, long total, long copied, Instant startedAt, Instant updatedAt) {
    static @Nullable MigrationView of(@Nullable Migration it) {
      return it == null
          ? null
          : new MigrationView(it.target().wireName(), it.state().wireName(), it.total(), it.copied(), it.startedAt(),
              it.updatedAt());
    }
  }
}
