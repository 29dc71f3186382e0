package io.selfrag.catalog.index;

import io.selfrag.catalog.TestCatalog;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.DocumentEvent;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/** The sink's tables with one tenant and one knowledge base, and what tests do with them. */
final class IndexTables implements AutoCloseable {
  final TestCatalog catalog = new TestCatalog();
  final AvroCodec codec = new AvroCodec();
  final FenceRows fences = new FenceRows(catalog.database());
  final IndexChanges transaction = new IndexChanges(catalog.database(), new TopicNames("t."), codec,
      InstantSource.fixed(Fixtures.NOW), true);
  final EventProjection projection = new EventProjection(catalog.database());
  final Purges purges = new Purges(catalog.database());
  final PurgedRows purgedRows = new PurgedRows(catalog.database());

  /** Empties everything and makes tenant and knowledge base again. */
  void reset() {
    catalog.clear();
    catalog.sql("insert into tenants (id, name) values ('" + Fixtures.TENANT + "', 't')",
        "insert into tenant_counters (tenant_id, kb_count) values ('" + Fixtures.TENANT + "', 1)");
    base(Fixtures.KB);
  }

  void base(UUID id) {
    catalog.sql(
        "insert into knowledge_bases (id, tenant_id, name) values ('%s', '%s', '%s')".formatted(id, Fixtures.TENANT,
            id),
        "insert into knowledge_base_counters (knowledge_base_id, tenant_id) values ('%s', '%s')".formatted(id,
            Fixtures.TENANT),
        "insert into generations (knowledge_base_id, generation, spec) values ('%s', 1, '{}')".formatted(id));
  }

  /** A counted document of ten bytes that was accepted at this revision. */
  void document(UUID id, long revision) {
    catalog.sql(
        """
            insert into documents (tenant_id, knowledge_base_id, id, title, attributes_revision, last_revision, size_bytes, counted)
            values ('%s', '%s', '%s', 'first title', %d, %d, 10, true)
            """
            .formatted(Fixtures.TENANT, Fixtures.KB, id, revision, revision),
        "update tenant_counters set doc_count = doc_count + 1, storage_bytes = storage_bytes + 10");
    revision(id, revision, "upsert", "pending");
  }

  void revision(UUID id, long revision, String kind, String state) {
    catalog.sql("""
        insert into document_revisions (document_id, revision, tenant_id, knowledge_base_id, kind, state)
        values ('%s', %d, '%s', '%s', '%s', '%s')
        """.formatted(id, revision, Fixtures.TENANT, Fixtures.KB, kind, state));
  }

  IndexOutcome apply(List<? extends IndexChange> changes) {
    List<IndexChange> all = List.copyOf(changes);
    return catalog.get(transaction.apply(all, catalog.get(fences.read(all))));
  }

  void project(DocumentEvent... events) {
    catalog.run(projection.project(List.of(events)));
  }

  /** What waits to be relayed, oldest first: stages with revision and attempt. */
  List<String> outbox() {
    return catalog.all(catalog.database().client().sql("select value from outbox order by id")
        .map(row -> (DocumentEvent) codec.decode(row.get("value", byte[].class))).all()).stream()
        .map(it -> it.getStage() + " " + it.getRevision() + "/" + it.getAttempt()).toList();
  }

  /** Projects what waits to be relayed. */
  void deliver() {
    var events = catalog.all(catalog.database().client().sql("select value from outbox order by id")
        .map(row -> (DocumentEvent) codec.decode(row.get("value", byte[].class))).all());
    catalog.sql("delete from outbox");
    catalog.run(projection.project(events));
  }

  String live(UUID id) {
    return String.join(" ",
        catalog
            .column("select live_revision || '/' || live_attempt from document_generations where document_id = '" + id
                + "' order by generation"));
  }

  @Override
  public void close() {
    catalog.close();
  }
}
