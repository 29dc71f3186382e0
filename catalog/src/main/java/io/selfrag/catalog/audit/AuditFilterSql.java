package io.selfrag.catalog.audit;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

/**
 * A query's conditions, made of what it asks for alone. The narrowest that has an index chooses the rows that are looked at, newest
 * first and a bounded number of them; the others are judged row by row. So no query costs more the longer the log is.
 */
final class AuditFilterSql {
  private static final Pattern UUID_TEXT = Pattern
      .compile("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");

  /** True of a record that names a target. */
  static final String TARGET = "target @? cast(:target as jsonpath)";
  private static final String NEWEST_FIRST = " order by at desc, id desc";

  /** What the index is read by: one condition at most, and the time. */
  private final List<Condition> chosen = new ArrayList<>();
  private final List<Condition> judged = new ArrayList<>();
  private boolean narrowed;

  private record Condition(String sql, @Nullable String name, @Nullable Object value) {}

  /** @param isTargetFrequent whether more records name the target than one call looks at: no index has those in the list's order */
  AuditFilterSql(AuditQuery query, boolean isTargetFrequent) {
    var actor = query.actor();
    var actorId = actor != null && UUID_TEXT.matcher(actor).matches() ? UUID.fromString(actor) : null;
    var target = query.target();
    // The narrowest first.
    narrow("request_id = :request", "request", query.requestId());
    narrow(TARGET, "target", target == null || isTargetFrequent ? null : path(target));
    narrow("actor_id = :actor", "actor", actorId);
    narrow("address = :address", "address", query.address());
    narrow("code = :code", "code", query.code());
    narrow("tenant_id = :tenant", "tenant", query.tenantId());
    if (query.denied()) {
      narrow(new Condition("(status in (401, 403) or denied)", null, null));
    }
    narrow("status = :status", "status", query.status());
    add(judged, "(actor_kind = :actor or actor_name = :actor)", "actor", actorId == null ? actor : null);
    add(judged, TARGET, "target", target != null && isTargetFrequent ? path(target) : null);
    add(judged, "starts_with(action, :action)", "action", query.action());
    add(chosen, "at >= :since", "since", time(query.since()));
    add(chosen, "at < :until", "until", time(query.until()));
  }

  /** Any field of the target that is this. */
  static String path(String target) {
    return "$.* ? (@ == " + quoted(target) + ")";
  }

  private void narrow(String sql, String name, @Nullable Object value) {
    if (value != null) {
      narrow(new Condition(sql, name, value));
    }
  }

  private void narrow(Condition condition) {
    (narrowed ? judged : chosen).add(condition);
    narrowed = true;
  }

  private static void add(List<Condition> conditions, String sql, String name, @Nullable Object value) {
    if (value != null) {
      conditions.add(new Condition(sql, name, value));
    }
  }

  /** Whether all rows that are looked at are meant. */
  boolean meansAll() {
    return judged.isEmpty();
  }

  /** The rows that are looked at, as a table. {@code after} null: from the newest on. */
  String looked(@Nullable AuditPlace after) {
    return "(select * from " + source(after) + NEWEST_FIRST + " limit :looked) as looked";
  }

  /** The condition on a row that is looked at. */
  String judged() {
    return where(judged.stream().map(Condition::sql).toList());
  }

  /** The last row that is looked at, if there may be more behind it. */
  String last(@Nullable AuditPlace after) {
    return "select at, id from " + source(after) + NEWEST_FIRST + " limit 1 offset :looked - 1";
  }

  /** What names a target is read whole from its index, which has no order: the planner would rather go through all of the log. */
  private String source(@Nullable AuditPlace after) {
    var rows = "audit_log" + chosen(after);
    return chosen.stream().anyMatch(it -> it.sql().equals(TARGET))
        ? "(select * from " + rows + " offset 0) as named"
        : rows;
  }

  private String chosen(@Nullable AuditPlace after) {
    var place = after == null ? Stream.<String>of() : Stream.of("(at, id) < (:after_at, :after_id)");
    return where(Stream.concat(chosen.stream().map(Condition::sql), place).toList());
  }

  private static String where(List<String> conditions) {
    return conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
  }

  /** @param judging whether the statement has the conditions on rows as well */
  GenericExecuteSpec bind(GenericExecuteSpec statement, @Nullable AuditPlace after, boolean judging) {
    var bound = statement.bind("looked", AuditLog.LOOKED_AT);
    for (var it : Stream.concat(chosen.stream(), judging ? judged.stream() : Stream.of()).toList()) {
      if (it.name() != null && it.value() != null) {
        bound = bound.bind(it.name(), it.value());
      }
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
