package io.selfrag.ingest.http;

import io.selfrag.catalog.intake.DocumentReads;
import io.selfrag.catalog.intake.Feeder;
import io.selfrag.catalog.intake.IntakeChecks;
import io.selfrag.catalog.search.ReaderRights;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.Role;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Finds what a path names inside the caller's tenant, then holds the key's scope against it. */
public final class RouteAccess {
  private final IntakeChecks checks;
  private final DocumentReads documents;

  public RouteAccess(IntakeChecks checks, DocumentReads documents) {
    this.checks = checks;
    this.documents = documents;
  }

  /** Completes with the id, or fails with {@code KB_NOT_FOUND} or {@code KB_NOT_IN_SCOPE}. */
  Mono<UUID> knowledgeBase(Caller caller, UUID id) {
    return checks.knowledgeBaseExists(caller.tenantId(), id).flatMap(exists -> {
      if (!exists) {
        return Mono.error(SelfRagException.missing(ErrorCode.KB_NOT_FOUND, "no such knowledge base", List.of(id)));
      }
      caller.requireScope(id);
      return Mono.just(id);
    });
  }

  /** Completes with the document's knowledge base, deleted or not; {@code DOC_NOT_FOUND} also if the ACL hides it. */
  Mono<UUID> document(Caller caller, UUID id) {
    return documents.knowledgeBaseOf(caller.tenantId(), id, rights(caller)).switchIfEmpty(notFound())
        .doOnNext(caller::requireScope);
  }

  /** As {@link #document}, also of what the ACL hides from the key that was the last to send it. */
  Mono<UUID> documentToRemove(Caller caller, UUID id) {
    return documents.knowledgeBaseOfFed(caller.tenantId(), id, feeder(caller)).switchIfEmpty(notFound())
        .doOnNext(caller::requireScope);
  }

  static Feeder feeder(Caller caller) {
    return new Feeder(caller.keyId(), rights(caller));
  }

  /** An admin key reads every document of its tenant; any other reads as the identity that it speaks for. */
  static @Nullable ReaderRights rights(Caller caller) {
    if (caller.role() == Role.ADMIN) {
      return null;
    }
    var identity = caller.identity();
    return identity == null
        ? new ReaderRights(null, List.of(), List.of(), "public")
        : new ReaderRights(identity.userId(), identity.roles(), identity.groups(),
            identity.clearance() == null ? "public" : identity.clearance());
  }

  static <T> Mono<T> notFound() {
    return Mono.error(() -> new SelfRagException(ErrorCode.DOC_NOT_FOUND, "no such document"));
  }
}
