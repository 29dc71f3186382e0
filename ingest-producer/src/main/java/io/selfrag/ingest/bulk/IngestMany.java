package io.selfrag.ingest.bulk;

import io.selfrag.ingest.accept.AcceptDocuments;
import io.selfrag.ingest.accept.DocumentIds;
import io.selfrag.ingest.accept.IncomingDocument;
import io.selfrag.ingest.accept.Intake;
import io.selfrag.ingest.accept.Outcome;
import io.selfrag.ingest.content.TakeContent;
import io.selfrag.ingest.document.CheckedDocument;
import io.selfrag.ingest.document.DocumentRules;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.ValidationException;
import io.selfrag.service.trace.TraceContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Takes a batch of documents in; each succeeds or fails by itself. */
public final class IngestMany {
  private static final Logger log = LoggerFactory.getLogger(IngestMany.class);

  private final DocumentRules rules;
  private final TakeContent contents;
  private final DocumentIds ids;
  private final AcceptDocuments accept;

  public IngestMany(DocumentRules rules, TakeContent contents, DocumentIds ids, AcceptDocuments accept) {
    this.rules = rules;
    this.contents = contents;
    this.ids = ids;
    this.accept = accept;
  }

  /**
   * @param idempotencyKey from which ids of items without one of their own follow
   * @return a result for each item, in order; never an error
   */
  public Mono<List<ItemResult>> ingest(Intake intake, @Nullable String idempotencyKey,
      List<Item> items) {
    return Flux.fromIterable(items).concatMap(item -> prepare(intake, idempotencyKey, item)).collectList()
        .flatMap(prepared -> accept(intake, prepared));
  }

  private sealed interface Prepared {
    record Ready(long number, IncomingDocument document) implements Prepared {}

    record Failed(ItemResult result) implements Prepared {}
  }

  private Mono<Prepared> prepare(Intake intake, @Nullable String idempotencyKey, Item item) {
    return switch (item) {
      case Item.Illegible it -> failed(it.number(), null, null, it.code(), it.reason());
      case Item.Legible it -> {
        CheckedDocument document;
        try {
          document = rules.check(it.fields(), DocumentRules.Source.CONTENT);
        } catch (ValidationException e) {
          yield failed(it.number(), it.fields().title(), it.fields().documentId(), ErrorCode.VALIDATION_ERROR,
              summary(e));
        }
        var key = idempotencyKey == null ? null : idempotencyKey + "#" + it.number();
        yield prepare(intake, it.number(),
            ids.idFor(intake.knowledgeBaseId(), intake.feeder().keyId(), document.externalId(),
                document.documentId(), key),
            document);
      }
    };
  }

  private Mono<Prepared> prepare(Intake intake, long number, UUID id, CheckedDocument document) {
    return contents.of(intake.tenantId(), document.content() == null ? "" : document.content())
        .<Prepared>map(content -> new Prepared.Ready(number,
            new IncomingDocument(id, document.externalId(), document.attributes(), content, null, null)))
        .onErrorResume(e -> {
          var failed = failed(intake, e);
          return failed(number, document.attributes().title(), id, failed.code(), failed.detail());
        });
  }

  private Mono<List<ItemResult>> accept(Intake intake, List<Prepared> prepared) {
    var ready = prepared.stream().filter(Prepared.Ready.class::isInstance).map(Prepared.Ready.class::cast).toList();
    return accept.accept(intake, ready.stream().map(Prepared.Ready::document).toList())
        .onErrorResume(failure -> Mono.just(Collections.nCopies(ready.size(), failed(intake, failure))))
        .map(outcomes -> {
          var results = new ArrayList<ItemResult>(prepared.size());
          var next = outcomes.iterator();
          for (Prepared item : prepared) {
            results.add(switch (item) {
              case Prepared.Failed it -> it.result();
              case Prepared.Ready it -> result(it, next.next());
            });
          }
          return results;
        });
  }

  private static ItemResult result(Prepared.Ready item, Outcome outcome) {
    var document = item.document();
    return switch (outcome) {
      case Outcome.Accepted it ->
        ItemResult.accepted(item.number(), document.attributes().title(), document.documentId());
      case Outcome.Failed it -> new ItemResult(item.number(), document.attributes().title(), document.documentId(),
          it.code(), it.detail());
    };
  }

  private static Outcome.Failed failed(Intake intake, Throwable failure) {
    if (failure instanceof SelfRagException it && it.code() != ErrorCode.INTERNAL_ERROR) {
      return new Outcome.Failed(it.code(), it.detail());
    }
    TraceContext.of(intake.headers()).on(log.atError()).setCause(failure).log("batch failed unexpectedly");
    return new Outcome.Failed(ErrorCode.INTERNAL_ERROR, "an unexpected error occurred");
  }

  private static Mono<Prepared> failed(long number, @Nullable String title, @Nullable UUID id, ErrorCode code,
      String reason) {
    return Mono.just(new Prepared.Failed(new ItemResult(number, title, id, code, reason)));
  }

  private static String summary(ValidationException failure) {
    return String.join("; ",
        failure.problems().stream().map(it -> it.loc().getLast() + " " + it.msg()).toList());
  }
}
