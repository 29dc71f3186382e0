package io.selfrag.query.tenants.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A tenant as it is answered once.
 *
 * @param initialApiKey the secret of its first key, of role admin; null where the answer is repeated
 */
record CreatedTenantView(@JsonUnwrapped TenantView tenant, @Nullable String initialApiKey, UUID initialApiKeyId) {}
