package io.selfrag.catalog.audit;

import java.time.Instant;
import java.util.UUID;

/**
 * An id that was named in a request and not found.
 *
 * @param tenantId whose request it was
 * @param at when
 * @param code what was not found, as the answer said it
 */
public record Sought(UUID tenantId, UUID id, Instant at, String code) {}
