package io.selfrag.catalog.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.TestCatalog;
import io.selfrag.catalog.index.OrderModel.Command;
import io.selfrag.catalog.index.OrderModel.Content;
import io.selfrag.catalog.index.OrderModel.Kind;
import io.selfrag.catalog.index.OrderModel.Output;
import io.selfrag.catalog.intake.Acceptance;
import io.selfrag.catalog.intake.DocumentChanges;
import io.selfrag.catalog.intake.DocumentDraft;
import io.selfrag.catalog.intake.DocumentIntake;
import io.selfrag.catalog.intake.Feeder;
import io.selfrag.catalog.intake.RevisionKey;
import io.selfrag.catalog.lookup.ExternalDraft;
import io.selfrag.catalog.lookup.ExternalReservations;
import io.selfrag.catalog.outbox.OutboxSession;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.Delete;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.DocumentIntroduction;
import io.selfrag.schemas.avro.Failure;
import io.selfrag.schemas.avro.Interrupt;
import io.selfrag.schemas.avro.Patch;
import io.selfrag.schemas.avro.Sensitivity;
import io.selfrag.schemas.avro.Sha256;
import io.selfrag.schemas.avro.Stage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * The pipeline around the sink's transactions, one step at a time in an order that chance decides: what it does with the catalog
 * is real, the log is lists, and the vector store is a map that tells at the end what it would still hold.
 */
final class PipelineRig {
  static final UUID TENANT = new UUID(0x7e, 1);
  static final List<UUID> BASES = List.of(new UUID(0xb5, 1), new UUID(0xb5, 2));
  static final List<UUID> DOCUMENTS = List.of(new UUID(0xd0, 1), new UUID(0xd0, 2), new UUID(0xd0, 3));
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final TestCatalog catalog;
  private final Random random;
  private final AvroCodec codec = new AvroCodec();
  private final TopicNames topics = new TopicNames("rig.");
  private final FenceRows fences;
  private final IndexChanges transaction;
  private final EventProjection projection;
  private final Purges purges;
  private final PurgedRows purgedRows;
  private final Refreshes refreshes;
  private final OpenWork open;
  private final DocumentIntake intake;
  private final DocumentChanges changes;
  private final OrderModel order = new OrderModel();

  private final ExternalReservations reservations;
  private final Map<RevisionKey, Content> contents = new HashMap<>();
  private final Map<Long, DocumentIntroduction> fromOutside = new HashMap<>();
  private final List<RevisionKey> unconfirmed = new ArrayList<>();
  private final List<Command> commands = new ArrayList<>();
  private final List<Output.Split> toSplit = new ArrayList<>();
  private final List<UUID> splitOwners = new ArrayList<>();
  private final List<IndexChange.Chunk> toEmbed = new ArrayList<>();
  private final List<IndexChange> toSink = new ArrayList<>();
  private final List<Batch> inFlight = new ArrayList<>();
  private final List<DocumentEvent> timeline = new ArrayList<>();
  private final Map<UUID, Point> points = new HashMap<>();
  private Map<UUID, Visible> visible = new HashMap<>();
  private int projected;
  private boolean settling;

  /** A batch whose points are written and whose transaction is still to come: by a slow sink, or by one thought dead. */
  private record Batch(List<IndexChange> changes, FenceView seen) {}

  private record Point(Version version, DocumentFence copies) {}

  private record Visible(long revision, int attempt, long deletedRevision, boolean isVisible) {}

  PipelineRig(TestCatalog catalog, long seed) {
    this.catalog = catalog;
    this.random = new Random(seed);
    var database = catalog.database();
    fences = new FenceRows(database);
    transaction = new IndexChanges(database, topics, codec, InstantSource.fixed(NOW), true);
    projection = new EventProjection(database);
    purges = new Purges(database);
    purgedRows = new PurgedRows(database);
    refreshes = new Refreshes(database);
    open = new OpenWork(database);
    intake = new DocumentIntake(database);
    reservations = new ExternalReservations(database);
    changes = new DocumentChanges(database, topics, codec);
    catalog.clear();
    catalog.sql("insert into tenants (id, name, quota_doc_count) values ('" + TENANT + "', 't', -1)",
        "insert into tenant_counters (tenant_id, kb_count) values ('" + TENANT + "', 2)");
    for (UUID base : BASES) {
      catalog.sql(
          "insert into knowledge_bases (id, tenant_id, name) values ('%s', '%s', '%s')".formatted(base, TENANT, base),
          "insert into knowledge_base_counters (knowledge_base_id, tenant_id) values ('%s', '%s')".formatted(base,
              TENANT),
          "insert into generations (knowledge_base_id, generation, spec) values ('%s', 1, '{}')".formatted(base));
    }
  }

  /** One step of whatever chance picks, and the check that nobody sees anything half done after it. */
  void step() {
    switch (random.nextInt(16)) {
      case 0, 1, 2 -> accept();
      case 3 -> confirm();
      case 4, 5 -> orderOne();
      case 6 -> splitOne();
      case 7, 8 -> embedSome();
      case 9, 10, 11 -> sinkBegins();
      case 12 -> sinkEnds();
      case 13 -> {
        relay();
        projectSome();
      }
      case 14 -> sweep();
      default -> reconsider();
    }
    checkVisibility();
  }

  /** Lets everything that is under way come to its end, without further faults. */
  void settle() {
    settling = true;
    for (int round = 0; round < 100 && !isQuiet(); round++) {
      while (!unconfirmed.isEmpty()) {
        confirm();
      }
      relay();
      while (!commands.isEmpty()) {
        orderOne();
      }
      while (!toSplit.isEmpty()) {
        splitOne();
      }
      while (!toEmbed.isEmpty()) {
        embedSome();
      }
      while (!toSink.isEmpty() || !inFlight.isEmpty()) {
        sinkBegins();
        sinkEnds();
      }
      relay();
      while (projected < timeline.size()) {
        projectSome();
      }
      checkVisibility();
    }
    for (int round = 0; round < 4; round++) {
      sweep();
    }
    assertThat(isQuiet()).as("everything came to an end").isTrue();
  }

  /** What the vector store holds is what is live, with the copies of now. */
  void checkPoints() {
    assertThat(points.keySet().stream().map(UUID::toString).sorted()).as("I3: points and chunk rows")
        .isEqualTo(catalog.column("select id::text as id from chunks order by 1").stream().toList());
    var now = catalog.get(fences.read(DOCUMENTS, BASES));
    points.forEach((id, point) -> assertThat(point.copies.hasCopiesOf(now.document(point.version.documentId())))
        .as("S16: copies of %s", point.version).isTrue());
  }

  /** Of whom it is said that the newest upload came to a good end, that one can be found (S6, I8). */
  void checkThatWhatIsSaidToBeThereIsThere() {
    assertThat(catalog.column(
        """
            select n.document_id || ' at ' || n.revision || ' is ' || n.state from documents d
              join lateral (select r.* from document_revisions r
                             where r.document_id = d.id and r.kind in ('upsert', 'delete', 'interrupt')
                             order by r.revision desc limit 1) n on n.kind = 'upsert'
              left join document_revisions e on e.document_id = n.document_id and e.revision = n.equals_revision
             where (n.state = 'indexed' or (n.state = 'unchanged' and coalesce(e.state, 'indexed') in ('indexed', 'unchanged')))
               and not exists (select 1 from document_generations g
                                where g.document_id = d.id and g.live_revision > d.deleted_revision)
            """))
        .as(this::history).isEmpty();
  }

  /** What happened, for whoever must understand a failure. */
  String history() {
    var text = new StringBuilder();
    timeline.forEach(it -> text.append("%n%s %d/%d %s %s".formatted(it.getDocumentId(), it.getRevision(),
        it.getAttempt(), it.getStage(), it.getEqualsRevision() == null ? "" : "= " + it.getEqualsRevision())));
    catalog.column("""
        select format('%s %s/%s %s is %s', document_id, revision, attempt, kind, state) from document_revisions
         order by document_id, revision
        """).forEach(it -> text.append(System.lineSeparator()).append(it));
    return text.toString();
  }

  private boolean isQuiet() {
    return unconfirmed.isEmpty() && commands.isEmpty() && toSplit.isEmpty() && toEmbed.isEmpty() && toSink.isEmpty()
        && inFlight.isEmpty() && projected == timeline.size()
        && catalog.number("select count(*) from outbox") == 0;
  }

  private void accept() {
    var document = pick(DOCUMENTS);
    try {
      switch (random.nextInt(8)) {
        case 0 -> catalog.run(changes.delete(TENANT, document, new Feeder(new UUID(9, 9), null), Map.of()));
        case 1 -> catalog.run(changes.patch(TENANT, document, null, _ -> attributes(), Map.of()));
        case 2 -> catalog.run(changes.interrupt(TENANT, document, null, Map.of()));
        case 3 -> catalog.run(changes.retry(TENANT, document, null, Map.of()));
        case 4 -> uploadFromOutside(document);
        default -> upload(document);
      }
    } catch (SelfRagException e) {
      assertThat(e.code()).isIn(ErrorCode.DOC_NOT_FOUND, ErrorCode.INVALID_STATUS);
    }
  }

  private void upload(UUID document) {
    var content = new Content(random.nextInt(3), 1 + random.nextInt(4));
    var draft = new DocumentDraft(document, null, attributes(), sha256(content), 10L + content.bytes(), null, null,
        random.nextBoolean() ? Lane.BULK : Lane.INTERACTIVE, null);
    var accepted = (Acceptance.Accepted) catalog
        .get(intake.accept(new Feeder(new UUID(9, 9), null), TENANT, baseOf(document), List.of(draft)))
        .getFirst();
    var key = new RevisionKey(document, accepted.revision());
    contents.put(key, content);
    unconfirmed.add(key);
    commands.add(new Command(document, Kind.UPSERT, accepted.revision(), 0, content,
        accepted.deletedRevision(), null));
  }

  /** Straight to the topic: without a row, and knowing of no delete that is still on its way. */
  private void uploadFromOutside(UUID document) {
    var content = new Content(random.nextInt(3), 1 + random.nextInt(4));
    long revision = catalog.number("select (extract(epoch from clock_timestamp()) * 1000000)::bigint");
    fromOutside.put(revision, new DocumentIntroduction(attributes().toAvro(), null, 10L + content.bytes(),
        new Sha256(sha256(content)), Lane.BULK.wireName()));
    commands.add(new Command(document, Kind.UPSERT, revision, 0, content, 0, null));
  }

  /** What comes from outside is introduced, and its quota reserved, with the event that says what is done with it. */
  private DocumentEvent told(Command command, Output.Event it) {
    var event = event(command.document(), it.revision(), it.attempt(), it.stage()).setEqualsRevision(it.equals());
    var introduction = fromOutside.get(it.revision());
    if (introduction != null && it.revision() == command.revision()
        && (it.stage() == Stage.QUEUED || it.stage() == Stage.UNCHANGED)) {
      event.setDocument(introduction);
      assertThat(catalog.get(reservations.reserve(new ExternalDraft(TENANT, baseOf(command.document()),
          command.document(), it.revision(), introduction)))).isEqualTo(ExternalReservations.Outcome.RESERVED);
    }
    return event.build();
  }

  private static byte[] sha256(Content content) {
    return ByteBuffer.allocate(32).putInt(content.bytes()).putInt(content.chunks()).array();
  }

  private io.selfrag.catalog.intake.DocumentAttributes attributes() {
    return new io.selfrag.catalog.intake.DocumentAttributes("title " + random.nextInt(3),
        "{\"color\": " + random.nextInt(2) + "}", null, Sensitivity.PUBLIC,
        random.nextBoolean() ? List.of() : List.of("user"), List.of(), List.of());
  }

  private void confirm() {
    if (!unconfirmed.isEmpty()) {
      catalog.run(intake.confirm(List.of(take(unconfirmed))));
    }
  }

  private void relay() {
    var session = catalog.get(OutboxSession.open(catalog.database()));
    try {
      var records = catalog.all(session.oldest(1000));
      for (var stored : records) {
        switch (codec.decode(stored.message().value())) {
          case DocumentEvent event -> timeline.add(event);
          case DocumentCommand command -> commands.add(command(command));
          case Object other -> throw new AssertionError(other);
        }
      }
      catalog.run(session.remove(records.stream().map(it -> it.id()).toList()));
    } finally {
      catalog.run(session.close());
    }
  }

  private static Command command(DocumentCommand command) {
    var kind = switch (command.getCommand()) {
      case Delete _ -> Kind.DELETE;
      case Patch _ -> Kind.PATCH;
      case Interrupt _ -> Kind.INTERRUPT;
      default -> Kind.RETRY;
    };
    var attributes = command.getCommand() instanceof Patch patch ? DocumentAttributes.of(patch.getAttributes()) : null;
    return new Command(command.getDocumentId(), kind, command.getRevision(), command.getAttempt(), null, 0,
        attributes);
  }

  /** Usually the oldest; uploads go past the outbox and lanes past each other, so any may come first. */
  private void orderOne() {
    if (commands.isEmpty()) {
      return;
    }
    var command = random.nextInt(3) == 0 ? take(commands) : commands.removeFirst();
    timeline.stream().filter(it -> it.getStage() == Stage.FAILED && it.getDocumentId().equals(command.document()))
        .forEach(it -> order.failed(it.getDocumentId(), it.getRevision(), it.getAttempt()));
    for (Output output : order.decide(command)) {
      switch (output) {
        case Output.Event it -> timeline.add(told(command, it));
        case Output.Split it -> {
          toSplit.add(it);
          splitOwners.add(command.document());
        }
        case Output.Notice it -> toSink.add(notice(command.document(), it));
      }
    }
  }

  private static IndexChange notice(UUID document, Output.Notice it) {
    return switch (it.kind()) {
      case DELETE -> new IndexChange.Delete(TENANT, baseOf(document), document, it.revision(), it.attempt(), Map.of());
      case INTERRUPT -> new IndexChange.Interrupt(TENANT, baseOf(document), document, it.revision(), it.attempt(),
          Map.of());
      case PATCH -> new IndexChange.Patch(TENANT, baseOf(document), document, it.revision(), it.attributes(), Map.of());
      case UPSERT, RETRY -> throw new AssertionError(it);
    };
  }

  private void splitOne() {
    if (toSplit.isEmpty()) {
      return;
    }
    int position = random.nextInt(toSplit.size());
    var split = toSplit.remove(position);
    var document = splitOwners.remove(position);
    if (fails(8)) {
      timeline.add(failed(document, split.revision(), split.attempt(), "parse"));
      return;
    }
    int count = split.content().chunks();
    timeline.add(event(document, split.revision(), split.attempt(), Stage.PARSED).build());
    timeline.add(event(document, split.revision(), split.attempt(), Stage.CHUNKED).setGeneration(1).setChunkCount(count)
        .build());
    IntStream.range(0, count).forEach(ordinal -> toEmbed.add(new IndexChange.Chunk(
        Fixtures.chunk(new Version(TENANT, baseOf(document), document, 1, split.revision(), split.attempt()), ordinal,
            count),
        Map.of())));
  }

  private void embedSome() {
    for (int i = 0; i < 3 && !toEmbed.isEmpty(); i++) {
      var chunk = take(toEmbed);
      if (fails(25)) {
        timeline.add(failed(chunk.documentId(), chunk.revision(), chunk.attempt(), "embed"));
      } else {
        toSink.add(chunk);
      }
    }
  }

  /** Takes a batch, with repetitions in it, and writes its points by what the fences say now. */
  private void sinkBegins() {
    if (toSink.isEmpty()) {
      return;
    }
    var batch = new ArrayList<IndexChange>();
    for (int i = 1 + random.nextInt(6); i > 0 && !toSink.isEmpty(); i--) {
      var change = take(toSink);
      batch.add(change);
      if (!settling && random.nextInt(6) == 0) {
        batch.add(change);
      }
      if (!settling && random.nextInt(6) == 0) {
        toSink.add(change);
      }
    }
    var seen = catalog.get(fences.read(batch));
    for (IndexChange change : batch) {
      if (change instanceof IndexChange.Chunk(ChunkRow row, var _) && seen.verdict(row.version()) == Verdict.ADMIT) {
        points.put(row.id(), new Point(row.version(), seen.document(row.version().documentId())));
      }
    }
    if (!settling && random.nextInt(8) == 0) {
      toSink.addAll(batch); // crashed after the points
    } else {
      inFlight.add(new Batch(batch, seen));
      if (random.nextBoolean()) {
        sinkEnds();
      }
    }
  }

  private void sinkEnds() {
    if (inFlight.isEmpty()) {
      return;
    }
    var batch = take(inFlight);
    catalog.run(transaction.apply(batch.changes, batch.seen));
    if (!settling && random.nextInt(8) == 0) {
      toSink.addAll(batch.changes); // crashed before the offset
    }
  }

  private void projectSome() {
    if (!settling && projected > 0 && random.nextInt(6) == 0) {
      int from = random.nextInt(projected);
      catalog.run(projection.project(List.copyOf(timeline.subList(from, projected)))); // read again after a crash
    }
    int to = Math.min(timeline.size(), projected + 1 + random.nextInt(6));
    catalog.run(projection.project(List.copyOf(timeline.subList(projected, to))));
    projected = to;
  }

  private void sweep() {
    for (DuePurge due : catalog.get(purges.claim(100, Duration.ofMinutes(1)))) {
      var purge = due.purge();
      var generations = catalog.all(purgedRows.generations(purge));
      points.values().removeIf(it -> it.version.documentId().equals(purge.documentId())
          && generations.contains(it.version.generation()) && isMeant(purge.limit(), it.version));
      catalog.run(purgedRows.deleteRows(purge));
      // The second run is for writers that were thought dead: here, for batches in flight.
      if (due.first() || !inFlight.isEmpty()) {
        catalog.run(purges.repeatAfter(List.of(due.id()), Duration.ZERO));
      } else {
        catalog.run(purges.remove(List.of(due.id())));
      }
    }
    var claimed = catalog.all(refreshes.claim(100, Duration.ofMinutes(1)));
    var now = catalog.get(fences.read(DOCUMENTS, BASES));
    var models = catalog.get(fences.modelsOf(claimed.stream().map(Refresh::documentId).toList()));
    claimed.stream().filter(it -> models.containsKey(it.documentId()))
        .forEach(it -> points.replaceAll((_, point) -> point.version.documentId().equals(it.documentId())
            ? new Point(point.version, now.document(it.documentId()))
            : point));
    catalog.run(refreshes.done(claimed));
  }

  private static boolean isMeant(Purge.Limit limit, Version version) {
    int order = version.compareTo(limit.revision(), limit.attempt());
    return limit instanceof Purge.Limit.Only ? order == 0 : order < 0;
  }

  private void reconsider() {
    catalog.sql("update document_revisions set deadline_at = now() - interval '1 second'");
    var overdue = catalog.get(open.overdue(null, 0, 100)).stream().filter(it -> it.kind().equals("upsert"))
        .map(it -> (IndexChange) it.again()).toList();
    if (!overdue.isEmpty()) {
      catalog.run(transaction.apply(overdue, catalog.get(fences.read(overdue))));
    }
  }

  private void checkVisibility() {
    var now = new TreeMap<UUID, Visible>();
    catalog.all(catalog.database().client()
        .sql(
            """
                select d.id, d.deleted_revision, coalesce(g.live_revision, 0) as revision, coalesce(g.live_attempt, 0) as attempt,
                       coalesce(g.chunk_count, 0) as wanted, count(c.id)::int as present, count(v.chunk_id)::int as vectors
                  from documents d
                  left join document_generations g on g.document_id = d.id and g.live_revision > d.deleted_revision
                  left join chunks c on c.document_id = d.id and c.generation = g.generation and c.revision = g.live_revision
                       and c.attempt = g.live_attempt
                  left join chunk_vectors v on v.chunk_id = c.id
                 group by d.id, d.deleted_revision, g.live_revision, g.live_attempt, g.chunk_count
                """)
        .map(row -> {
          var id = Columns.uuid(row, "id");
          assertThat(Columns.integer(row, "present")).as("I5: chunks of %s", id)
              .isEqualTo(Columns.integer(row, "wanted"));
          assertThat(Columns.integer(row, "vectors")).as("S15: vectors of %s", id)
              .isEqualTo(Columns.integer(row, "wanted"));
          now.put(id, new Visible(Columns.bigint(row, "revision"), Columns.integer(row, "attempt"),
              Columns.bigint(row, "deleted_revision"), Columns.bigint(row, "revision") > 0));
          return id;
        }).all());
    visible.forEach((id, before) -> {
      var after = now.get(id);
      assertThat(after.deletedRevision).as("S2: tombstone of %s", id).isGreaterThanOrEqualTo(before.deletedRevision);
      if (before.isVisible && !after.isVisible) {
        assertThat(after.deletedRevision).as("I5: %s vanished without a delete", id).isGreaterThan(before.revision);
      } else if (before.isVisible) {
        assertThat(after.revision).as("I4: version of %s", id).isGreaterThanOrEqualTo(before.revision);
        assertThat(after.revision > before.revision || after.attempt >= before.attempt).as("I4: attempt of %s", id)
            .isTrue();
      }
    });
    visible = now;
  }

  private DocumentEvent failed(UUID document, long revision, int attempt, String stage) {
    return event(document, revision, attempt, Stage.FAILED)
        .setError(new Failure(stage, "CORRUPT", "on purpose, with a \0 in it")).build();
  }

  private static DocumentEvent.Builder event(UUID document, long revision, int attempt, Stage stage) {
    return DocumentEvent.newBuilder().setTenantId(TENANT).setKnowledgeBaseId(baseOf(document)).setDocumentId(document)
        .setRevision(revision).setAttempt(attempt).setStage(stage).setAt(NOW);
  }

  private static UUID baseOf(UUID document) {
    return BASES.get((int) (document.getLeastSignificantBits() % BASES.size()));
  }

  private boolean fails(int oneIn) {
    return !settling && random.nextInt(oneIn) == 0;
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private <T> T take(List<T> list) {
    return list.remove(random.nextInt(list.size()));
  }

}
