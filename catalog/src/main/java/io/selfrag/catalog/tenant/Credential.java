package io.selfrag.catalog.tenant;

/**
 * A key found by the hash of its secret, with what decides whether it opens anything.
 *
 * @param hash the stored hash that matched, for comparison in constant time
 * @param tenantStatus active, disabled or deleting
 */
public record Credential(ApiKey key, byte[] hash, String tenantStatus) {}
