package io.selfrag.query.tenants.http;

import io.selfrag.catalog.tenant.Tenant;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A tenant as it is answered. */
record TenantView(UUID id, String name, String plan, String status, String isolationStrategy, int quotaKbCount,
    int quotaDocCount, int quotaStorageMb, long kbCount, long docCount, BigDecimal storageMb, Instant createdAt,
    Instant updatedAt, @Nullable Instant disabledAt, @Nullable String disabledReason) {
  private static final BigDecimal MB = BigDecimal.valueOf(1024L * 1024);

  static TenantView of(Tenant it) {
    return new TenantView(it.id(), it.name(), it.plan(), it.status(), it.isolationStrategy(), it.quotaKbCount(),
        it.quotaDocCount(), it.quotaStorageMb(), it.kbCount(), it.docCount(),
        BigDecimal.valueOf(it.storageBytes()).divide(MB, 2, RoundingMode.UP), it.createdAt(), it.updatedAt(),
        it.disabledAt(), it.disabledReason());
  }
}
