package io.selfrag.ingest.accept;

import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.catalog.intake.Acceptance;
import io.selfrag.catalog.intake.DocumentDraft;
import io.selfrag.catalog.intake.DocumentIntake;
import io.selfrag.catalog.intake.RevisionKey;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.Upsert;
import io.selfrag.service.trace.TraceContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Takes batches of documents in (S3): recorded as {@code accepting} in one transaction, sent, and confirmed as {@code pending}
 * once the brokers have them. A single upload is a batch of one. Safe to repeat: the same id and content come to the same.
 */
public final class AcceptDocuments {
  private static final Logger log = LoggerFactory.getLogger(AcceptDocuments.class);

  private final DocumentIntake intake;
  private final PipelineRoom room;
  private final LaneChoice lanes;
  private final CommandSender sender;
  private final MeterRegistry meters;

  public AcceptDocuments(DocumentIntake intake, PipelineRoom room, LaneChoice lanes, CommandSender sender,
      MeterRegistry meters) {
    this.intake = intake;
    this.room = room;
    this.lanes = lanes;
    this.sender = sender;
    this.meters = meters;
  }

  /** An outcome for each document, in order; {@code PIPELINE_SATURATED} for all. */
  public Mono<List<Outcome>> accept(Intake batch, List<IncomingDocument> documents) {
    if (documents.isEmpty()) {
      return Mono.just(List.of());
    }
    return room.admit(documents.size()).then(lanes.of(batch, documents))
        .flatMap(chosen -> intake.accept(batch.feeder(), batch.tenantId(), batch.knowledgeBaseId(),
            drafts(batch, documents, chosen)))
        .flatMap(acceptances -> send(batch, documents, acceptances));
  }

  private Mono<List<Outcome>> send(Intake batch, List<IncomingDocument> documents, List<Acceptance> acceptances) {
    var positions = IntStream.range(0, acceptances.size())
        .filter(i -> acceptances.get(i) instanceof Acceptance.Accepted).boxed().toList();
    var commands = positions.stream()
        .map(i -> command(batch, documents.get(i), (Acceptance.Accepted) acceptances.get(i))).toList();
    if (commands.isEmpty()) {
      return Mono.just(outcomes(acceptances, positions, List.of()));
    }
    return sender.send(commands, batch.headers()).flatMap(answers -> {
      var outcomes = outcomes(acceptances, positions, answers);
      count(commands, answers);
      var sent = outcomes.stream().filter(Outcome.Accepted.class::isInstance)
          .map(it -> ((Outcome.Accepted) it).revision()).toList();
      return intake.confirm(sent).then(Mono.fromSupplier(() -> {
        report(batch, commands, answers);
        return outcomes;
      }));
    });
  }

  private static List<Outcome> outcomes(List<Acceptance> acceptances, List<Integer> sentPositions,
      List<Optional<SelfRagException>> answers) {
    var outcomes = new ArrayList<Outcome>(acceptances.size());
    for (Acceptance acceptance : acceptances) {
      outcomes.add(switch (acceptance) {
        case Acceptance.Accepted it -> new Outcome.Accepted(
            new RevisionKey(it.draft().documentId(), it.revision()));
        case Acceptance.Refused it -> new Outcome.Failed(it.code(), it.detail());
      });
    }
    for (int i = 0; i < answers.size(); i++) {
      int position = sentPositions.get(i);
      answers.get(i).ifPresent(failure -> outcomes.set(position, new Outcome.Failed(failure.code(), failure.detail())));
    }
    return outcomes;
  }

  private static List<DocumentDraft> drafts(Intake batch, List<IncomingDocument> documents, List<Lane> lanes) {
    return IntStream.range(0, documents.size()).mapToObj(i -> {
      var document = documents.get(i);
      return new DocumentDraft(document.documentId(), document.externalId(), document.attributes(),
          document.content().sha256(), document.content().sizeBytes(), document.fileName(), document.mediaType(),
          lanes.get(i), batch.jobId());
    }).toList();
  }

  private static CommandSender.Addressed command(Intake batch, IncomingDocument document,
      Acceptance.Accepted acceptance) {
    var upsert = new Upsert(document.content().toAvro(), document.attributes().toAvro(), document.externalId(),
        document.fileName(), document.mediaType(),
        acceptance.deletedRevision() == 0 ? null : acceptance.deletedRevision());
    return new CommandSender.Addressed(acceptance.draft().lane(),
        DocumentCommand.newBuilder().setTenantId(batch.tenantId()).setKnowledgeBaseId(batch.knowledgeBaseId())
            .setDocumentId(document.documentId()).setRevision(acceptance.revision()).setAttempt(0)
            .setJobId(batch.jobId()).setCommand(upsert).build());
  }

  private static void report(Intake batch, List<CommandSender.Addressed> commands,
      List<Optional<SelfRagException>> answers) {
    var trace = TraceContext.of(batch.headers());
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i).isEmpty()) {
        var command = commands.get(i).command();
        trace.on(log.atInfo()).addKeyValue("tenant_id", batch.tenantId())
            .addKeyValue("knowledge_base_id", batch.knowledgeBaseId())
            .addKeyValue("document_id", command.getDocumentId())
            .addKeyValue("revision", command.getRevision()).addKeyValue("lane", commands.get(i).lane().wireName())
            .log("document accepted");
      }
    }
  }

  private void count(List<CommandSender.Addressed> commands, List<Optional<SelfRagException>> answers) {
    for (Lane lane : Lane.values()) {
      long accepted = IntStream.range(0, commands.size())
          .filter(i -> commands.get(i).lane() == lane && answers.get(i).isEmpty()).count();
      meters.counter("selfrag.documents.accepted", "lane", lane.wireName()).increment((double) accepted);
    }
  }
}
