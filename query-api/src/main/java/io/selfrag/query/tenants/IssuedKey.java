package io.selfrag.query.tenants;

import io.selfrag.catalog.tenant.ApiKey;
import io.selfrag.service.http.ApiKeySecret;

/** A key with its secret, which is known only now. */
public record IssuedKey(ApiKey key, ApiKeySecret secret) {}
