package io.selfrag.query.audit.http;

import io.selfrag.catalog.audit.AuditLog;
import io.selfrag.catalog.audit.AuditQuery;
import io.selfrag.service.audit.AuditTrail;
import io.selfrag.service.http.PageBody;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code /admin/audit-log}. */
@RestController
public final class AuditController {
  /** What the database can look for. */
  private static final String TEXT = "[^\\x00]{1,300}";

  private final AuditLog log;
  private final AuditTrail trail;
  private final JsonMapper json;

  public AuditController(AuditLog log, AuditTrail trail, JsonMapper json) {
    this.log = log;
    this.trail = trail;
    this.json = json;
  }

  /** @param actor api_key, operator or nobody */
  record AuditView(long id, Instant at, @Nullable UUID tenantId, String actor, @Nullable UUID actorId,
      @Nullable String actorName, String action, JsonNode target, String result, int status, @Nullable String code,
      @Nullable String address, String requestId) {}

  @GetMapping("/admin/audit-log")
  Mono<PageBody<AuditView>> list(@RequestParam(name = "tenant_id", required = false) @Nullable UUID tenantId,
      @RequestParam(required = false) @Nullable @Pattern(regexp = TEXT) String actor,
      @RequestParam(required = false) @Nullable @Pattern(regexp = TEXT) String action,
      @RequestParam(required = false) @Nullable @Pattern(regexp = TEXT) String target,
      @RequestParam(required = false) @Nullable Integer status,
      @RequestParam(required = false) @Nullable @Pattern(regexp = TEXT) String code,
      @RequestParam(defaultValue = "false") boolean denied,
      @RequestParam(required = false) @Nullable @Pattern(regexp = TEXT) String address,
      @RequestParam(name = "request_id", required = false) @Nullable @Pattern(regexp = TEXT) String requestId,
      @RequestParam(required = false) @DateTimeFormat(iso = DateTimeFormat.ISO.DATE_TIME) @Nullable Instant since,
      @RequestParam(required = false) @DateTimeFormat(iso = DateTimeFormat.ISO.DATE_TIME) @Nullable Instant until,
      @RequestParam(defaultValue = "1") @Min(1) @Max(1_000_000) int page,
      @RequestParam(name = "page_size", defaultValue = "20") @Min(1) @Max(PageBody.MAX_SIZE) int pageSize) {
    var query = new AuditQuery(tenantId, actor, action, target, status, code, denied, address, requestId, since, until);
    // What was done here before is to be seen.
    return trail.flush().then(log.list(query, page, pageSize))
        .map(it -> PageBody.of(it.items().stream().map(this::view).toList(), it.total(), page, pageSize));
  }

  private AuditView view(AuditLog.Entry entry) {
    var it = entry.record();
    return new AuditView(entry.id(), it.at(), it.tenantId(), it.actor().wireName(), it.actorId(), it.actorName(),
        it.action(), json.readTree(it.target()), result(it.status()), it.status(), it.code(), it.address(),
        it.requestId());
  }

  private static String result(int status) {
    return switch (status) {
      case 0 -> "unknown";
      case 401, 403 -> "denied";
      default -> status < 400 ? "ok" : "failed";
    };
  }
}
