package io.selfrag.service.http;

import io.selfrag.catalog.audit.AuditRecord;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.Ids;
import io.selfrag.service.audit.AuditTrail;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Records every operator's call, every change and every export that a tenant's key makes and every denied access, when the answer's
 * status is known and before its first byte leaves. Access is also denied where an answer says that something does not exist that is
 * another tenant's, or hidden by an ACL: that is looked up when the record is written. It stands outside the filter that turns
 * failures into answers, and nothing a caller sends decides whether it records.
 */
final class AuditFilter implements WebFilter, Ordered {
  private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
  private static final Set<Integer> DENIED = Set.of(401, 403);
  private static final int LONGEST = 300;

  private final AuditTrail trail;
  private final JsonMapper json;
  private final InstantSource clock;
  private final Supplier<UUID> ids;
  private final ClientAddress addresses;
  private final Strangers strangers;

  AuditFilter(AuditTrail trail, JsonMapper json, InstantSource clock, Supplier<UUID> ids,
      ClientAddress addresses, Strangers strangers) {
    this.trail = trail;
    this.json = json;
    this.clock = clock;
    this.ids = ids;
    this.addresses = addresses;
    this.strangers = strangers;
  }

  @Override
  public int getOrder() {
    return RequestFilter.ORDER - 5;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    var created = new CreatedResource();
    var deniedItems = new DeniedItems();
    var done = new AtomicBoolean();
    exchange.getResponse().beforeCommit(() -> {
      var status = exchange.getResponse().getStatusCode();
      record(exchange, done, status == null ? 200 : status.value(), created);
      return Mono.empty();
    });
    return chain.filter(exchange).doFinally(signal -> {
      record(exchange, done, 0, created);
      recordItems(exchange, deniedItems);
    }).contextWrite(context -> context.put(CreatedResource.KEY, created).put(DeniedItems.KEY, deniedItems));
  }

  private void record(ServerWebExchange exchange, AtomicBoolean done, int status, CreatedResource created) {
    if (!done.compareAndSet(false, true)) {
      return;
    }
    var isRecorded = isToBeRecorded(exchange, status);
    var named = status == ErrorCode.NOT_FOUND.httpStatus() ? named(exchange) : List.<UUID>of();
    if (!named.isEmpty()) {
      trail.add(recordOf(exchange, status, created), named, isRecorded);
    } else if (isRecorded) {
      trail.add(recordOf(exchange, status, created));
    }
  }

  /** Items are denied one by one, while the request goes on. */
  private void recordItems(ServerWebExchange exchange, DeniedItems items) {
    if (items.count() > 0) {
      var record = recordOf(exchange, ErrorCode.NO_PERMISSION.httpStatus(), new CreatedResource());
      var target = json.readTree(record.target()).asObject().put("denied_items", items.count());
      trail.add(
          new AuditRecord(record.recordId(), record.at(), record.tenantId(), record.actor(), record.actorId(), null,
              record.action(), json.writeValueAsString(target), record.status(), ErrorCode.NO_PERMISSION.name(),
              record.address(), record.requestId()));
    }
  }

  /** What a tenant's key named that was not found. */
  private static List<UUID> named(ServerWebExchange exchange) {
    if (exchange.getAttribute(Caller.ATTRIBUTE) == null) {
      return List.of();
    }
    var named = new ArrayList<>(exchange.<List<UUID>>getAttributeOrDefault(Problems.MISSING, List.of()));
    Map<String, String> variables = exchange.getAttributeOrDefault(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE,
        Map.of());
    for (String value : variables.values()) {
      var id = uuid(value);
      if (id != null) {
        named.add(id);
      }
    }
    var externalId = variables.get("externalId");
    var base = uuid(variables.get("knowledgeBaseId"));
    if (externalId != null && base != null) {
      named.add(Ids.documentId(base, externalId));
    }
    return named;
  }

  private boolean isToBeRecorded(ServerWebExchange exchange, int status) {
    if (exchange.getAttribute(Operator.ATTRIBUTE) != null) {
      return true;
    }
    if (DENIED.contains(status)) {
      // Whoever has no credential must not be able to fill the log.
      return isOfSomebody(exchange) || strangers.isRecorded(addresses.of(exchange.getRequest()));
    }
    return exchange.getAttribute(Caller.ATTRIBUTE) != null && status != ErrorCode.RATE_LIMIT_EXCEEDED.httpStatus()
        && exchange.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE) instanceof HandlerMethod route
        && (route.hasMethodAnnotation(Audited.class) || isChange(exchange, route));
  }

  private static boolean isChange(ServerWebExchange exchange, HandlerMethod route) {
    return !READING.contains(exchange.getRequest().getMethod()) && AccessFilter.roleOf(route) != Role.READ;
  }

  private static boolean isOfSomebody(ServerWebExchange exchange) {
    return exchange.getAttribute(Caller.ATTRIBUTE) != null
        || exchange.getAttribute(AccessFilter.KNOWN_CALLER) != null;
  }

  private AuditRecord recordOf(ServerWebExchange exchange, int status, CreatedResource created) {
    Operator operator = exchange.getAttribute(Operator.ATTRIBUTE);
    Caller caller = Optional.<Caller>ofNullable(exchange.getAttribute(Caller.ATTRIBUTE))
        .orElse(exchange.getAttribute(AccessFilter.KNOWN_CALLER));
    ErrorCode code = exchange.getAttribute(Problems.CODE);
    var requestId = exchange.getAttributeOrDefault(RequestFilter.REQUEST_ID, "");
    var target = target(exchange, created);
    var action = action(exchange);
    var codeName = code == null ? null : code.name();
    var from = addresses.of(exchange.getRequest());
    var address = from == null ? null : from.getHostAddress();
    if (operator != null) {
      return new AuditRecord(ids.get(), clock.instant(), uuid(target.get("tenant_id")),
          AuditRecord.Actor.OPERATOR,
          operator.credentialId(), operator.name(), action, json.writeValueAsString(target), status, codeName, address,
          requestId);
    }
    return new AuditRecord(ids.get(), clock.instant(), caller == null ? null : caller.tenantId(),
        caller == null ? AuditRecord.Actor.NOBODY : AuditRecord.Actor.API_KEY, caller == null ? null : caller.keyId(),
        null, action, json.writeValueAsString(target), status, codeName, address, requestId);
  }

  /** The route; the path where there is none or it was not looked for. */
  private static String action(ServerWebExchange exchange) {
    PathPattern pattern = exchange.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    var path = pattern == null ? exchange.getRequest().getPath().value() : pattern.getPatternString();
    return storable(exchange.getRequest().getMethod().name() + " " + path);
  }

  private static Map<String, String> target(ServerWebExchange exchange, CreatedResource created) {
    PathPattern pattern = exchange.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    boolean ofTenants = pattern != null && pattern.getPatternString().startsWith("/admin/tenants");
    var target = new LinkedHashMap<String, String>();
    Map<String, String> variables = exchange.getAttributeOrDefault(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE,
        Map.of());
    variables.forEach((name, value) -> {
      var known = RequestErrors.snakeCase(name);
      // Whose route it is says what the first id is of.
      target.put(ofTenants && known.equals("id") && !variables.containsKey("tenantId") ? "tenant_id" : known,
          storable(value));
    });
    var id = created.id();
    if (id != null) {
      target.put("created", id.toString());
      if (ofTenants && variables.isEmpty()) {
        target.put("tenant_id", id.toString());
      }
    }
    return target;
  }

  private static @Nullable UUID uuid(@Nullable String text) {
    return text == null || !UuidText.isOne(text) ? null : UUID.fromString(text);
  }

  /** What comes from outside, without what the database does not take. */
  private static String storable(String text) {
    var clean = text.chars().map(it -> it < ' ' || it == 0x7F || Character.isSurrogate((char) it) ? '?' : it)
        .limit(LONGEST).collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append);
    return clean.toString();
  }
}
