package io.selfrag.ingest.single;

import io.selfrag.catalog.intake.RevisionKey;
import io.selfrag.ingest.accept.AcceptDocuments;
import io.selfrag.ingest.accept.DocumentIds;
import io.selfrag.ingest.accept.IncomingDocument;
import io.selfrag.ingest.accept.Intake;
import io.selfrag.ingest.accept.Outcome;
import io.selfrag.ingest.content.TakeContent;
import io.selfrag.ingest.document.CheckedDocument;
import io.selfrag.ingest.fetch.SourceFetch;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Takes one document in, wherever its bytes come from. Safe to repeat with the same key, document id or external id. */
public final class IngestOne {
  private final TakeContent contents;
  private final SourceFetch fetch;
  private final DocumentIds ids;
  private final AcceptDocuments accept;

  public IngestOne(TakeContent contents, SourceFetch fetch, DocumentIds ids, AcceptDocuments accept) {
    this.contents = contents;
    this.fetch = fetch;
    this.ids = ids;
    this.accept = accept;
  }

  /** A document with its content or the URL of it. */
  public Mono<RevisionKey> ingest(Intake intake, @Nullable String idempotencyKey,
      CheckedDocument document) {
    return Mono.defer(() -> original(intake.tenantId(), document))
        .flatMap(original -> ingest(intake, idempotencyKey, document, original));
  }

  /** A document whose bytes were taken in. */
  public Mono<RevisionKey> ingest(Intake intake, @Nullable String idempotencyKey,
      CheckedDocument document, Original original) {
    var id = ids.idFor(intake.knowledgeBaseId(), intake.feeder().keyId(), document.externalId(), document.documentId(),
        idempotencyKey);
    var incoming = new IncomingDocument(id, document.externalId(), document.attributes(), original.content(),
        original.fileName(), original.mediaType());
    return accept.accept(intake, List.of(incoming)).flatMap(outcomes -> switch (outcomes.getFirst()) {
      case Outcome.Accepted it -> Mono.just(it.revision());
      case Outcome.Failed it -> Mono.error(it.asException());
    });
  }

  private Mono<Original> original(UUID tenantId, CheckedDocument document) {
    var url = document.sourceUrl();
    if (url != null) {
      return fetch.fetch(url, fetched -> contents.of(tenantId, fetched.pieces())
          .map(content -> new Original(content, fetched.fileName(), fetched.mediaType())));
    }
    return contents.of(tenantId, document.content() == null ? "" : document.content())
        .map(it -> new Original(it, null, null));
  }
}
