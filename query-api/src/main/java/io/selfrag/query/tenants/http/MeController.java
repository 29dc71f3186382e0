package io.selfrag.query.tenants.http;

import io.selfrag.service.http.Caller;
import io.selfrag.service.http.CallerIdentity;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /v1/me}: what the caller's own key is. */
@RestController
public final class MeController {
  record Me(String role, UUID tenantId, UUID keyId, @Nullable Set<UUID> scopeKbIds,
      @Nullable CallerIdentity identity) {}

  @GetMapping("/v1/me")
  @RequiresRole(Role.READ)
  Me me(Caller caller) {
    return new Me(caller.role().wireName(), caller.tenantId(), caller.keyId(), caller.scopeKnowledgeBaseIds(),
        caller.identity());
  }
}
