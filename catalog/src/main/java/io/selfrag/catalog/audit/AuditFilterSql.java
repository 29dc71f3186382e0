package io.selfrag.catalog.audit;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

/** The condition of a query, made of what it asks for alone, so that the database sees which index serves it. */
final class AuditFilterSql {
  private static final Pattern UUID_TEXT = Pattern
      .compile("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");

  private final List<String> conditions = new ArrayList<>();
  private final Map<String, Object> values = new LinkedHashMap<>();

  AuditFilterSql(AuditQuery query) {
    add("tenant_id = :tenant", "tenant", query.tenantId());
    var actor = query.actor();
    if (actor != null && UUID_TEXT.matcher(actor).matches()) {
      add("actor_id = :actor", "actor", UUID.fromString(actor));
    } else {
      add("(actor_kind = :actor or actor_name = :actor)", "actor", actor);
    }
    add("starts_with(action, :action)", "action", query.action());
    var target = query.target();
    add("target @? cast(:target as jsonpath)", "target", target == null ? null : "$.* ? (@ == " + quoted(target) + ")");
    add("status = :status", "status", query.status());
    add("code = :code", "code", query.code());
    if (query.denied()) {
      conditions.add("status in (401, 403)");
    }
    add("address = :address", "address", query.address());
    add("request_id = :request", "request", query.requestId());
    add("at >= :since", "since", time(query.since()));
    add("at < :until", "until", time(query.until()));
  }

  private void add(String condition, String name, @Nullable Object value) {
    if (value != null) {
      conditions.add(condition);
      values.put(name, value);
    }
  }

  /** @param after null: from the newest on */
  String where(@Nullable AuditPlace after) {
    var all = new ArrayList<>(conditions);
    if (after != null) {
      all.add("(at, id) < (:after_at, :after_id)");
    }
    return all.isEmpty() ? "" : " where " + String.join(" and ", all);
  }

  GenericExecuteSpec bind(GenericExecuteSpec statement, @Nullable AuditPlace after) {
    var bound = statement;
    for (var value : values.entrySet()) {
      bound = bound.bind(value.getKey(), value.getValue());
    }
    return after == null
        ? bound
        : bound.bind("after_at", after.at().atOffset(ZoneOffset.UTC)).bind("after_id", after.id());
  }

  private static @Nullable Object time(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  /** As a text of a JSON path, which is written as in JSON. */
  private static String quoted(String text) {
    var quoted = new StringBuilder("\"");
    text.chars().forEach(it -> {
      if (it == '"' || it == '\\') {
        quoted.append('\\').append((char) it);
      } else if (it < ' ') {
        quoted.append("\\u%04x".formatted(it));
      } else {
        quoted.append((char) it);
      }
    });
    return quoted.append('"').toString();
  }
}
