package io.selfrag.catalog.idempotency;

import java.util.UUID;

/**
 * What an idempotency key is unique in, with the key.
 *
 * @param credentialId the API key's id, or the operator token's
 * @param route method and path template, such as {@code POST /v1/knowledge-bases}; with the ids that the path names
 */
public record IdempotencyScope(UUID credentialId, String route, String key) {}
