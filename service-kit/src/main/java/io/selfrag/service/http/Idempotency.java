package io.selfrag.service.http;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.idempotency.Claim;
import io.selfrag.catalog.idempotency.IdempotencyKeys;
import io.selfrag.catalog.idempotency.IdempotencyScope;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Does work once for each {@code Idempotency-Key}, however often it is asked (S23). Work under a key goes on when its caller goes
 * away: it is asked for again, and should then find its answer.
 */
public final class Idempotency {
  /** Name of the request's header. */
  public static final String HEADER = "Idempotency-Key";
  /** Says {@code true} on an answer that was given before. */
  public static final String REPLAYED_HEADER = "Idempotency-Replayed";
  private static final int MAX_KEY = 255;

  private final CatalogDatabase database;
  private final IdempotencyKeys keys;
  private final JsonMapper json;

  public Idempotency(CatalogDatabase database, JsonMapper json) {
    this.database = database;
    this.keys = new IdempotencyKeys(database);
    this.json = json;
  }

  /**
   * Does the work in one transaction with the record of its answer, so that there is never one without the other.
   *
   * @param key null: the work is simply done
   * @param body the parsed request; compared by its JSON
   */
  public Mono<IdempotentReply> inTransaction(UUID credentialId, String route, @Nullable String key, Object body,
      Mono<IdempotentReply> work) {
    if (key == null) {
      return CreatedResource.noted(database.inTransaction(work));
    }
    var scope = new IdempotencyScope(credentialId, route, checked(key));
    return CreatedResource.noted(claimed(scope, hash(body),
        claim -> database.inTransaction(work.flatMap(reply -> complete(scope, claim, reply)))));
  }

  /**
   * Does work that cannot be undone by a rollback, such as a send; it must by itself come to the same result when done again. If
   * it took so long that another request took it over, both have done it, and each answers.
   *
   * @param bodyHash SHA-256 of what the client sent; asked for only if there is a key
   */
  public Mono<IdempotentReply> repeatable(UUID credentialId, String route, @Nullable String key,
      Supplier<byte[]> bodyHash, Mono<IdempotentReply> work) {
    if (key == null) {
      return CreatedResource.noted(work);
    }
    var scope = new IdempotencyScope(credentialId, route, checked(key));
    return CreatedResource.noted(claimed(scope, bodyHash.get(),
        claim -> work.flatMap(reply -> complete(scope, claim, reply).onErrorResume(SelfRagException.class,
            e -> e.code() == ErrorCode.IDEMPOTENCY_IN_PROGRESS ? Mono.just(reply) : Mono.error(e)))));
  }

  /** SHA-256 of the body's JSON. */
  public byte[] hash(Object body) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(json.writeValueAsBytes(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private interface ClaimedWork {
    Mono<IdempotentReply> under(Claim.Granted claim);
  }

  private Mono<IdempotentReply> claimed(IdempotencyScope scope, byte[] hash, ClaimedWork work) {
    return keys.claim(scope, hash).flatMap(claim -> switch (claim) {
      case Claim.Granted granted -> detached(work.under(granted)
          .onErrorResume(e -> keys.abandon(scope, granted).onErrorComplete().then(Mono.error(e))));
      case Claim.Done done -> Mono.just(replay(done));
      case Claim.InProgress ignored -> Mono.error(IdempotencyKeys.inProgress());
      case Claim.OtherBody ignored -> Mono.error(new SelfRagException(ErrorCode.IDEMPOTENCY_KEY_REUSED,
          "this Idempotency-Key was used with another request body"));
    });
  }

  private static Mono<IdempotentReply> detached(Mono<IdempotentReply> work) {
    return Mono.fromFuture(work::toFuture, true);
  }

  private Mono<IdempotentReply> complete(IdempotencyScope scope, Claim.Granted claim, IdempotentReply reply) {
    var stored = reply.replayBody() == null ? null : json.writeValueAsString(reply.replayBody());
    return keys.complete(scope, claim, new Claim.Done(reply.status(), stored, reply.resourceId())).thenReturn(reply);
  }

  private IdempotentReply replay(Claim.Done done) {
    JsonNode body = done.response() == null ? null : json.readTree(done.response());
    return new IdempotentReply(done.status(), body, body, done.resourceId(), true);
  }

  private static String checked(String key) {
    if (key.isBlank() || key.length() > MAX_KEY || !key.chars().allMatch(it -> it >= ' ' && it < 0x7F)) {
      throw new ValidationException("header", HEADER, "must be 1 to " + MAX_KEY + " visible ASCII characters",
          "value_error");
    }
    return key;
  }
}
