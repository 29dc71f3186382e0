package io.selfrag.query.tenants.http;

import io.selfrag.query.tenants.KeyDraft;
import io.selfrag.service.http.CallerIdentity;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a caller writes of an API key. */
record KeyBody(
    @NotNull @Size(min = 1, max = 255) @Pattern(regexp = "(?s).*\\S.*", message = "must not be blank") String name,
    @Nullable @Size(max = 4000) String description,
    @Nullable @Pattern(regexp = "read|write|admin", message = "must be read, write or admin") String role,
    @Nullable @Size(max = 1000) List<@NotNull UUID> scopeKbIds, @Nullable Instant expiresAt,
    @Nullable @Min(1) @Max(1_000_000) Integer rateLimitPerMinute, @Nullable @Valid Identity identity) {
  private static final String DEFAULT_ROLE = "read";

  /** Whom the key speaks for. */
  record Identity(@Nullable @Size(max = 255) String userId,
      @Nullable @Size(max = 100) List<@NotNull @Size(max = 255) String> roles,
      @Nullable @Size(max = 100) List<@NotNull @Size(max = 255) String> groups,
      @Nullable @Pattern(regexp = "public|internal|restricted", message = "must be public, internal or restricted") String clearance) {}

  KeyDraft toDraft() {
    return new KeyDraft(name, description, role == null ? DEFAULT_ROLE : role, scopeKbIds, expiresAt,
        rateLimitPerMinute,
        identity == null
            ? null
            : new CallerIdentity(identity.userId(), orEmpty(identity.roles()),
                orEmpty(identity.groups()), identity.clearance()));
  }

  static KeyBody of(KeyDraft draft) {
    var who = draft.identity();
    return new KeyBody(draft.name(), draft.description(), draft.role(), draft.scopeKbIds(), draft.expiresAt(),
        draft.rateLimitPerMinute(),
        who == null ? null : new Identity(who.userId(), who.roles(), who.groups(), who.clearance()));
  }

  private static List<String> orEmpty(@Nullable List<String> names) {
    return names == null ? List.of() : names;
  }
}
