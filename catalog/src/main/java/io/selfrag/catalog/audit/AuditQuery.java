package io.selfrag.catalog.audit;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which records are meant; null means any.
 *
 * @param actor the name of its kind, its id or its name
 * @param action the beginning of one, such as {@code POST /admin/tenants}
 * @param target an id that the target names
 * @param denied whether only what was answered 401 or 403, or like what does not exist though it is there
 * @param since this instant or later
 * @param until earlier than this
 */
public record AuditQuery(@Nullable UUID tenantId, @Nullable String actor, @Nullable String action,
    @Nullable String target, @Nullable Integer status, @Nullable String code, boolean denied,
    @Nullable String address, @Nullable String requestId, @Nullable Instant since, @Nullable Instant until) {}
