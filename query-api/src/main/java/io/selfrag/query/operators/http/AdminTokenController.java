package io.selfrag.query.operators.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.selfrag.catalog.operator.AdminToken;
import io.selfrag.catalog.operator.AdminTokens;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.AdminSecret;
import io.selfrag.service.http.CredentialChanges;
import io.selfrag.service.http.Idempotency;
import io.selfrag.service.http.IdempotentReply;
import io.selfrag.service.http.Operator;
import io.selfrag.service.http.ValidationException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** {@code /admin/tokens}: operators' credentials beside {@code ADMIN_TOKEN}. */
@RestController
@RequestMapping("/admin/tokens")
public final class AdminTokenController {
  private final AdminTokens tokens;
  private final CredentialChanges changes;
  private final Idempotency idempotency;
  private final Supplier<UUID> ids;
  private final RandomGenerator random;
  private final InstantSource clock;

  /**
   * @param random fit for secrets
   */
  public AdminTokenController(AdminTokens tokens, CredentialChanges changes, Idempotency idempotency,
      Supplier<UUID> ids, RandomGenerator random, InstantSource clock) {
    this.tokens = tokens;
    this.changes = changes;
    this.idempotency = idempotency;
    this.ids = ids;
    this.random = random;
    this.clock = clock;
  }

  record TokenBody(
      @NotNull @Size(min = 1, max = 255) @Pattern(regexp = "(?s).*\\S.*", message = "must not be blank") String name,
      @Nullable Instant expiresAt) {}

  record TokenView(UUID id, String name, String tokenPrefix, String createdBy, @Nullable Instant expiresAt,
      boolean revoked, @Nullable Instant revokedAt, @Nullable Instant lastUsedAt, Instant createdAt) {
    static TokenView of(AdminToken it) {
      return new TokenView(it.id(), it.name(), it.prefix(), it.createdBy(), it.expiresAt(), it.revokedAt() != null,
          it.revokedAt(), it.lastUsedAt(), it.createdAt());
    }
  }

  /**
   * A token as it is answered once.
   *
   * @param token the secret; null where the answer is repeated
   */
  record IssuedTokenView(@JsonUnwrapped TokenView info, @Nullable String token) {}

  @PostMapping
  Mono<ResponseEntity<Object>> create(Operator operator,
      @RequestHeader(name = Idempotency.HEADER, required = false) @Nullable String idempotencyKey,
      @Valid @RequestBody TokenBody body) {
    var expires = body.expiresAt();
    if (expires != null && !expires.isAfter(clock.instant())) {
      throw new ValidationException("body", "expires_at", "must be in the future", "value_error");
    }
    var work = Mono.defer(() -> {
      var secret = AdminSecret.random(random);
      return tokens.insert(ids.get(), body.name(), secret.hash(), secret.prefix(), operator.name(), expires)
          .map(made -> new IdempotentReply(HttpStatus.CREATED.value(),
              new IssuedTokenView(TokenView.of(made), secret.text()), new IssuedTokenView(TokenView.of(made), null),
              made.id()));
    });
    return idempotency.inTransaction(operator.credentialId(), "POST /admin/tokens", idempotencyKey, body, work)
        .map(IdempotentReply::toResponse);
  }

  @GetMapping
  Mono<List<TokenView>> list() {
    return tokens.all().map(TokenView::of).collectList();
  }

  @PostMapping("/{id}/revoke")
  Mono<TokenView> revoke(@PathVariable UUID id) {
    return tokens.revoke(id).switchIfEmpty(Mono.error(AdminTokenController::notFound))
        .flatMap(it -> changes.announce().thenReturn(TokenView.of(it)));
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> delete(@PathVariable UUID id) {
    return tokens.delete(id).flatMap(deleted -> deleted ? changes.announce() : Mono.<Void>error(notFound()));
  }

  private static SelfRagException notFound() {
    return new SelfRagException(ErrorCode.NOT_FOUND, "there is no such operator token");
  }
}
