package io.selfrag.query.tenants.http;

import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Why a tenant is disabled. */
record DisableBody(@Nullable @Size(max = 1000) String reason) {}
