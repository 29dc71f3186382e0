package io.selfrag.query.operations.http;

import io.selfrag.catalog.reconcile.Finding;
import io.selfrag.catalog.reconcile.Reconciliation;
import io.selfrag.catalog.reconcile.Reconciliation.Mode;
import io.selfrag.catalog.reconcile.Reconciliations;
import io.selfrag.catalog.tenant.Tenants;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.Operator;
import io.selfrag.service.start.CoreConfiguration.IdSource;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** {@code /admin/reconcile}: asks the sink to compare the vector store with the rows, to repair it, or to write it anew. */
@RestController
@RequestMapping("/admin/reconcile")
public final class ReconcileController {
  private final Reconciliations reconciliations;
  private final Tenants tenants;
  private final IdSource ids;

  public ReconcileController(Reconciliations reconciliations, Tenants tenants, IdSource ids) {
    this.reconciliations = reconciliations;
    this.tenants = tenants;
    this.ids = ids;
  }

  /**
   * What is wanted.
   *
   * @param mode report if it is missing
   * @param tenantId every tenant if it is missing
   */
  record ReconcileBody(@Nullable @Pattern(regexp = "report|repair|rebuild") String mode, @Nullable UUID tenantId) {
    Mode modeOrReport() {
      return mode == null ? Mode.REPORT : Mode.valueOf(mode.toUpperCase(Locale.ROOT));
    }
  }

  /** How far it is, and what was found so far. */
  record ReconciliationView(UUID id, String mode, @Nullable UUID tenantId, String state, String phase, long documents,
      long chunks, long missing, long wrong, long stale, long orphaned, long unvectored, long miscounted,
      long violations, long repaired, List<Finding> findings, @Nullable String error, String requestedBy,
      Instant createdAt, @Nullable Instant startedAt, Instant updatedAt, @Nullable Instant finishedAt) {
    static ReconciliationView of(Reconciliation it) {
      var tally = it.tally();
      return new ReconciliationView(it.id(), wireName(it.mode()), it.tenantId(), it.state(), wireName(it.phase()),
          tally.documents(), tally.chunks(), tally.missing(), tally.wrong(), tally.stale(), tally.orphaned(),
          tally.unvectored(), tally.miscounted(), tally.violations(), tally.repaired(), it.findings(), it.error(),
          it.requestedBy(), it.createdAt(), it.startedAt(), it.updatedAt(), it.finishedAt());
    }

    private static String wireName(Enum<?> value) {
      return value.name().toLowerCase(Locale.ROOT);
    }
  }

  @PostMapping
  @ResponseStatus(HttpStatus.ACCEPTED)
  Mono<ReconciliationView> start(Operator operator, @Valid @RequestBody ReconcileBody body) {
    var tenant = body.tenantId();
    var known = tenant == null
        ? Mono.just(true)
        : tenants.find(tenant).map(_ -> true).switchIfEmpty(Mono.error(
            () -> new SelfRagException(ErrorCode.TENANT_NOT_FOUND, "there is no such tenant")));
    return known.flatMap(_ -> reconciliations.request(ids.get(), body.modeOrReport(), tenant, operator.name()))
        .map(ReconciliationView::of);
  }

  @GetMapping("/{id}")
  Mono<ReconciliationView> get(@PathVariable UUID id) {
    return reconciliations.find(id).map(ReconciliationView::of).switchIfEmpty(Mono.error(
        () -> new SelfRagException(ErrorCode.NOT_FOUND, "there is no such reconciliation")));
  }
}
