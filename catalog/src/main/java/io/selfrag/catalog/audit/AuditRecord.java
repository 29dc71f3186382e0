package io.selfrag.catalog.audit;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was done, or refused.
 *
 * @param recordId of its own, so that writing it again changes nothing
 * @param actorId of the API key or operator token; null where nobody is known
 * @param actorName of an operator: the name of the token
 * @param action method and route; of a producer, {@code PRODUCE} and the kind of its command
 * @param target JSON: ids by their names in the route
 * @param status of the answer; 0 if the caller went away before it
 * @param code of a failure
 * @param denied answered like what does not exist, though it is there: another tenant's, or hidden by an ACL
 */
public record AuditRecord(UUID recordId, Instant at, @Nullable UUID tenantId, Actor actor, @Nullable UUID actorId,
    @Nullable String actorName, String action, String target, int status, @Nullable String code,
    @Nullable String address, String requestId, boolean denied) {
  /** One that was answered as its status says. */
  public AuditRecord(UUID recordId, Instant at, @Nullable UUID tenantId, Actor actor, @Nullable UUID actorId,
      @Nullable String actorName, String action, String target, int status, @Nullable String code,
      @Nullable String address, String requestId) {
    this(recordId, at, tenantId, actor, actorId, actorName, action, target, status, code, address, requestId, false);
  }

  /** The same, of what is not the actor's though it is there. */
  public AuditRecord asDenied() {
    return new AuditRecord(recordId, at, tenantId, actor, actorId, actorName, action, target, status, code, address,
        requestId, true);
  }

  /** What kind of credential was shown, if any is. */
  public enum Actor {
    API_KEY("api_key"),
    OPERATOR("operator"),
    /** Who writes to the broker. */
    PRODUCER("producer"),
    /** None, or one that is not known. */
    NOBODY("nobody");

    private final String wireName;

    Actor(String wireName) {
      this.wireName = wireName;
    }

    /** As it is stored and shown. */
    public String wireName() {
      return wireName;
    }

    static Actor of(String wireName) {
      for (Actor actor : values()) {
        if (actor.wireName.equals(wireName)) {
          return actor;
        }
      }
      throw new IllegalArgumentException(wireName);
    }
  }
}
