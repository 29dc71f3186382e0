package io.selfrag.query.audit.http;

import io.selfrag.catalog.audit.AuditLog;
import io.selfrag.catalog.audit.AuditPlace;
import io.selfrag.catalog.audit.AuditQuery;
import io.selfrag.catalog.audit.AuditRecord;
import io.selfrag.service.audit.AuditTrail;
import io.selfrag.service.http.PageBody;
import io.selfrag.service.http.ValidationException;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import java.util.List;
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

  /** @param actor api_key, operator, producer or nobody */
  record AuditView(long id, Instant at, @Nullable UUID tenantId, String actor, @Nullable UUID actorId,
      @Nullable String actorName, String action, JsonNode target, String result, int status, @Nullable String code,
      @Nullable String address, String requestId) {}

  /**
   * @param total as counted, which ends at {@link AuditLog#COUNTED}
   * @param totalIsCapped whether there may be more than that
   * @param nextCursor null at the end of the list; a page may have fewer items than it could, or none, and one
   */
  record AuditPage(List<AuditView> items, long total, boolean totalIsCapped, int page, int pageSize, long pages,
      @Nullable String nextCursor) {}

  @GetMapping("/admin/audit-log")
  Mono<AuditPage> list(@RequestParam(name = "tenant_id", required = false) @Nullable UUID tenantId,
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
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(defaultValue = "1") @Min(1) @Max(1_000_000) int page,
      @RequestParam(name = "page_size", defaultValue = "20") @Min(1) @Max(PageBody.MAX_SIZE) int pageSize) {
    var query = new AuditQuery(tenantId, actor, action, target, status, code, denied, address, requestId, since, until);
    var after = cursor == null
        ? null
        : AuditPlace.parse(cursor).orElseThrow(
            () -> new ValidationException("query", "cursor", "must be the next_cursor of a page", "value_error"));
    long skipped = after == null ? (page - 1L) * pageSize : 0;
    if (skipped >= AuditLog.COUNTED) {
      throw new ValidationException("query", "page",
          "must be within the first " + AuditLog.COUNTED + " records; cursor goes on from there", "value_error");
    }
    // What was done here before is to be seen.
    return trail.flush().then(log.list(query, after, (int) skipped, pageSize)).map(it -> page(it, page, pageSize));
  }

  private AuditPage page(AuditLog.Found found, int page, int pageSize) {
    var next = found.next();
    return new AuditPage(found.items().stream().map(this::view).toList(), found.total(), found.more(), page, pageSize,
        (found.total() + pageSize - 1) / pageSize, next == null ? null : next.toString());
  }

  private AuditView view(AuditLog.Entry entry) {
    var it = entry.record();
    return new AuditView(entry.id(), it.at(), it.tenantId(), it.actor().wireName(), it.actorId(), it.actorName(),
        it.action(), json.readTree(it.target()), result(it), it.status(), it.code(), it.address(),
        it.requestId());
  }

  private static String result(AuditRecord record) {
    return switch (record.status()) {
      case 0 -> "unknown";
      case 401, 403 -> "denied";
      default -> record.denied() ? "denied" : record.status() < 400 ? "ok" : "failed";
    };
  }
}
