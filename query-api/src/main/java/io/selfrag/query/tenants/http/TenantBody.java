package io.selfrag.query.tenants.http;

import io.selfrag.catalog.holds.BulkLane;
import io.selfrag.catalog.isolation.Place;
import io.selfrag.catalog.tenant.Tenant;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an operator writes of a tenant; a quota of -1 is none. */
record TenantBody(
    @NotNull @Size(min = 1, max = 255) @Pattern(regexp = "(?s).*\\S.*", message = "must not be blank") String name,
    @Nullable @Pattern(regexp = "free|standard|enterprise", message = "must be free, standard or enterprise") String plan,
    @Nullable @Min(-1) @Max(1_000_000) Integer quotaKbCount, @Nullable @Min(-1) Integer quotaDocCount,
    @Nullable @Min(-1) Integer quotaStorageMb,
    @Nullable @Pattern(regexp = "partition|collection|auto", message = "must be partition, collection or auto") String isolationStrategy) {
  private static final int KBS = 10;
  private static final int DOCS = 1000;
  private static final int STORAGE_MB = 1024;

  Tenant toTenant(UUID id, Instant now, String defaultStrategy) {
    var strategy = isolationStrategy == null ? defaultStrategy : isolationStrategy;
    return new Tenant(id, name, plan == null ? "free" : plan, "active",
        strategy, orElse(quotaKbCount, KBS),
        orElse(quotaDocCount, DOCS), orElse(quotaStorageMb, STORAGE_MB), 0, 0, 0, now, now, null, null,
        strategy.equals(Place.COLLECTION.wireName()) ? Place.COLLECTION : Place.PARTITION, null,
        BulkLane.RUNNING);
  }

  static TenantBody of(Tenant tenant) {
    return new TenantBody(tenant.name(), tenant.plan(), tenant.quotaKbCount(), tenant.quotaDocCount(),
        tenant.quotaStorageMb(), tenant.isolationStrategy());
  }

  private static int orElse(@Nullable Integer value, int otherwise) {
    return value == null ? otherwise : value;
  }
}
