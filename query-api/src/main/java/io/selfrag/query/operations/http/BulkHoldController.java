package io.selfrag.query.operations.http;

import io.selfrag.catalog.holds.BulkHolds;
import io.selfrag.catalog.holds.HeldWork;
import io.selfrag.catalog.tenant.Tenants;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Pauses, resumes and cancels an ingest job, or the bulk lane of a tenant, whose interactive lane goes on as do all lanes of others.
 * Each may be said again.
 */
@RestController
public final class BulkHoldController {
  private final BulkHolds holds;
  private final Tenants tenants;

  public BulkHoldController(BulkHolds holds, Tenants tenants) {
    this.holds = holds;
    this.tenants = tenants;
  }

  /**
   * How it stands.
   *
   * @param jobId null for a tenant's whole bulk lane
   * @param open revisions that have not ended
   * @param parked versions that wait for the end of a pause
   */
  record HeldWorkView(UUID tenantId, @Nullable UUID jobId, String state, @Nullable Instant since, long open,
      long parked) {
    static HeldWorkView of(HeldWork it) {
      return new HeldWorkView(it.tenantId(), it.jobId(), it.state(), it.since(), it.open(), it.parked());
    }
  }

  record HeldWorkList(List<HeldWorkView> items) {}

  /** What a change of a hold is. */
  private interface Change {
    Mono<Void> of(UUID tenantId, @Nullable UUID jobId);
  }

  /** Everything that is held back. */
  @GetMapping("/admin/bulk-holds")
  Mono<HeldWorkList> list() {
    return holds.all().flatMapMany(Flux::fromIterable).concatMap(it -> holds.standing(it.tenantId(), it.jobId()))
        .map(HeldWorkView::of).collectList().map(HeldWorkList::new);
  }

  @GetMapping("/admin/tenants/{id}/bulk-lane")
  Mono<HeldWorkView> lane(@PathVariable UUID id) {
    return ofTenant(id, (_, _) -> Mono.empty());
  }

  @PostMapping("/admin/tenants/{id}/bulk-lane/pause")
  Mono<HeldWorkView> pauseLane(@PathVariable UUID id) {
    return ofTenant(id, holds::pause);
  }

  @PostMapping("/admin/tenants/{id}/bulk-lane/resume")
  Mono<HeldWorkView> resumeLane(@PathVariable UUID id) {
    return ofTenant(id, holds::resume);
  }

  @PostMapping("/admin/tenants/{id}/bulk-lane/cancel")
  Mono<HeldWorkView> cancelLane(@PathVariable UUID id) {
    return ofTenant(id, holds::cancel);
  }

  @GetMapping("/admin/ingest-jobs/{id}")
  Mono<HeldWorkView> job(@PathVariable UUID id) {
    return ofJob(id, (_, _) -> Mono.empty());
  }

  @PostMapping("/admin/ingest-jobs/{id}/pause")
  Mono<HeldWorkView> pauseJob(@PathVariable UUID id) {
    return ofJob(id, holds::pause);
  }

  @PostMapping("/admin/ingest-jobs/{id}/resume")
  Mono<HeldWorkView> resumeJob(@PathVariable UUID id) {
    return ofJob(id, holds::resume);
  }

  @PostMapping("/admin/ingest-jobs/{id}/cancel")
  Mono<HeldWorkView> cancelJob(@PathVariable UUID id) {
    return ofJob(id, holds::cancel);
  }

  private Mono<HeldWorkView> ofTenant(UUID tenantId, Change change) {
    return tenants.find(tenantId)
        .switchIfEmpty(Mono.error(() -> new SelfRagException(ErrorCode.TENANT_NOT_FOUND, "no such tenant")))
        .then(Mono.defer(() -> change.of(tenantId, null))).then(standing(tenantId, null));
  }

  private Mono<HeldWorkView> ofJob(UUID jobId, Change change) {
    return holds.tenantOf(jobId).flatMap(tenantId -> change.of(tenantId, jobId).then(standing(tenantId, jobId)));
  }

  private Mono<HeldWorkView> standing(UUID tenantId, @Nullable UUID jobId) {
    return Mono.defer(() -> holds.standing(tenantId, jobId)).map(HeldWorkView::of);
  }
}
