package io.selfrag.query.tenants.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

/**
 * A key as it is answered once.
 *
 * @param apiKey the secret; null where the answer is repeated
 */
record IssuedKeyView(@JsonUnwrapped KeyView key, @Nullable String apiKey) {}
