package io.selfrag.query.tenants;

import io.selfrag.catalog.tenant.ApiKey;
import io.selfrag.catalog.tenant.ApiKeys;
import io.selfrag.catalog.tenant.KnowledgeBases;
import io.selfrag.catalog.tenant.NewApiKey;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.ApiKeySecret;
import io.selfrag.service.http.CallerIdentity;
import io.selfrag.service.http.CredentialChanges;
import io.selfrag.service.http.ValidationException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Issues, changes, rotates and revokes API keys. {@code within} bounds what a caller may hand out or touch: the scope of its
 * own key, or null for the operator and for keys without a scope.
 */
public final class KeyRing {
  private final ApiKeys keys;
  private final KnowledgeBases bases;
  private final CredentialChanges changes;
  private final JsonMapper json;
  private final Supplier<UUID> ids;
  private final RandomGenerator random;
  private final InstantSource clock;

  /**
   * @param random fit for secrets
   */
  public KeyRing(ApiKeys keys, KnowledgeBases bases, CredentialChanges changes, JsonMapper json, Supplier<UUID> ids,
      RandomGenerator random, InstantSource clock) {
    this.keys = keys;
    this.bases = bases;
    this.changes = changes;
    this.json = json;
    this.ids = ids;
    this.random = random;
    this.clock = clock;
  }

  /**
   * @throws SelfRagException {@code KB_NOT_FOUND} for a scope outside the tenant, {@code KB_NOT_IN_SCOPE} for one wider than
   *         {@code within}
   */
  public Mono<IssuedKey> issue(UUID tenantId, KeyDraft draft, @Nullable Set<UUID> within) {
    return check(tenantId, draft, null, within).then(Mono.defer(() -> {
      var secret = ApiKeySecret.random(random);
      return keys
          .insert(new NewApiKey(ids.get(), tenantId, draft.name(), draft.description(), draft.role(), secret.hash(),
              secret.prefix(), draft.scopeKbIds(), draft.expiresAt(), draft.rateLimitPerMinute(),
              identity(draft.identity())))
          .map(key -> new IssuedKey(key, secret));
    }));
  }

  public Flux<ApiKey> ofTenant(UUID tenantId) {
    return keys.ofTenant(tenantId);
  }

  /**
   * @param tenantId null: of any tenant
   * @throws SelfRagException {@code API_KEY_NOT_FOUND}
   */
  public Mono<ApiKey> find(@Nullable UUID tenantId, UUID id) {
    return keys.find(tenantId, id).switchIfEmpty(Mono.error(KeyRing::notFound));
  }

  /** Writes a draft over a key. */
  public Mono<ApiKey> change(ApiKey before, KeyDraft draft, @Nullable Set<UUID> within) {
    requireWithin(before.scopeKnowledgeBaseIds(), within);
    return check(before.tenantId(), draft, before.expiresAt(), within).then(Mono.defer(() -> keys
        .update(
            new ApiKey(before.id(), before.tenantId(), draft.name(), draft.description(), draft.role(), before.prefix(),
                draft.scopeKbIds(), draft.expiresAt(), draft.rateLimitPerMinute(), identity(draft.identity()),
                before.revokedAt(), before.lastUsedAt(), before.createdAt(), before.updatedAt()))
        .switchIfEmpty(Mono.error(KeyRing::notFound)))).flatMap(this::announced);
  }

  /** The draft that would make the key as it is. */
  public KeyDraft draftOf(ApiKey key) {
    return new KeyDraft(key.name(), key.description(), key.role(), key.scopeKnowledgeBaseIds(), key.expiresAt(),
        key.rateLimitPerMinute(), key.identity() == null ? null : json.readValue(key.identity(), CallerIdentity.class));
  }

  /** For good; revoking again changes nothing. */
  public Mono<ApiKey> revoke(@Nullable UUID tenantId, UUID id) {
    return keys.revoke(tenantId, id).switchIfEmpty(Mono.error(KeyRing::notFound)).flatMap(this::announced);
  }

  /**
   * The same key with a new secret.
   *
   * @throws SelfRagException {@code API_KEY_NOT_FOUND}, or {@code INVALID_STATUS} for a revoked key
   */
  public Mono<IssuedKey> rotate(@Nullable UUID tenantId, UUID id, Duration grace, @Nullable Set<UUID> within) {
    return find(tenantId, id).flatMap(key -> {
      requireWithin(key.scopeKnowledgeBaseIds(), within);
      var secret = ApiKeySecret.random(random);
      return keys.rotate(tenantId, id, secret.hash(), secret.prefix(), grace)
          .switchIfEmpty(
              Mono.error(() -> new SelfRagException(ErrorCode.INVALID_STATUS, "a revoked key is not revived")))
          .flatMap(this::announced).map(rotated -> new IssuedKey(rotated, secret));
    });
  }

  /**
   * @throws SelfRagException {@code API_KEY_NOT_FOUND}
   */
  public Mono<Void> delete(@Nullable UUID tenantId, UUID id) {
    return keys.delete(tenantId, id)
        .flatMap(deleted -> deleted ? changes.announce() : Mono.<Void>error(notFound()));
  }

  private Mono<ApiKey> announced(ApiKey key) {
    return changes.announce().thenReturn(key);
  }

  private Mono<Void> check(UUID tenantId, KeyDraft draft, @Nullable Instant expiredBefore, @Nullable Set<UUID> within) {
    return Mono.defer(() -> {
      var expires = draft.expiresAt();
      if (expires != null && !expires.equals(expiredBefore) && !expires.isAfter(clock.instant())) {
        throw new ValidationException("body", "expires_at", "must be in the future", "value_error");
      }
      requireWithin(draft.scopeKbIds(), within);
      var scope = draft.scopeKbIds();
      if (scope == null || scope.isEmpty()) {
        return Mono.<Void>empty();
      }
      return bases.existing(tenantId, scope).collectList().flatMap(found -> {
        var missing = scope.stream().filter(it -> !found.contains(it)).toList();
        if (!missing.isEmpty()) {
          return Mono.<Void>error(SelfRagException.missing(ErrorCode.KB_NOT_FOUND,
              "scope_kb_ids names a knowledge base that is not there", missing));
        }
        return Mono.<Void>empty();
      });
    });
  }

  /** Nobody hands out, or takes over by rotation, more than the own key reaches. */
  private static void requireWithin(@Nullable List<UUID> scope, @Nullable Set<UUID> within) {
    if (within != null && (scope == null || !within.containsAll(scope))) {
      throw new SelfRagException(ErrorCode.KB_NOT_IN_SCOPE,
          "a key cannot be given a wider scope than the one that asks");
    }
  }

  private @Nullable String identity(@Nullable CallerIdentity identity) {
    return identity == null ? null : json.writeValueAsString(identity);
  }

  private static SelfRagException notFound() {
    return new SelfRagException(ErrorCode.API_KEY_NOT_FOUND, "there is no such API key");
  }
}
