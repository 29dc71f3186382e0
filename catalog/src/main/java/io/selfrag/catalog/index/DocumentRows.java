package io.selfrag.catalog.index;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** What the sink writes on documents, beside the flip. All rows are locked by the surrounding transaction. */
final class DocumentRows {
  private final DatabaseClient client;
  private final JsonMapper json = JsonMapper.shared();

  DocumentRows(DatabaseClient client) {
    this.client = client;
  }

  /** A generation of a document that is no longer shown. */
  record Hidden(UUID documentId, int generation, int chunkCount) {}

  /** Sets the tombstones and forgets what was live below them; says what that was. */
  Mono<List<Hidden>> bury(Collection<IndexChange.Delete> deletes) {
    if (deletes.isEmpty()) {
      return Mono.just(List.of());
    }
    var ids = deletes.stream().map(IndexChange.Delete::documentId).toArray(UUID[]::new);
    var revisions = deletes.stream().map(IndexChange.Delete::revision).toArray(Long[]::new);
    return client.sql("""
        update documents d set deleted_revision = w.revision, last_revision = greatest(d.last_revision, w.revision),
               updated_at = now()
          from unnest(:ids::uuid[], :revisions::bigint[]) as w(id, revision)
         where d.id = w.id and d.deleted_revision < w.revision
        """).bind("ids", ids).bind("revisions", revisions).fetch().rowsUpdated().then(client.sql("""
        delete from document_generations g using unnest(:ids::uuid[], :revisions::bigint[]) as w(id, revision)
         where g.document_id = w.id and g.live_revision < w.revision
        returning g.document_id, g.generation, g.chunk_count
        """).bind("ids", ids).bind("revisions", revisions)
        .map(row -> new Hidden(Columns.uuid(row, "document_id"), Columns.integer(row, "generation"),
            Columns.integer(row, "chunk_count")))
        .all().collectList());
  }

  /** Drops versions up to these. */
  Mono<Void> interrupt(Collection<IndexChange.Interrupt> interrupts) {
    if (interrupts.isEmpty()) {
      return Mono.empty();
    }
    return client.sql("""
        update documents d set interrupted_revision = w.revision, interrupted_attempt = w.attempt, updated_at = now()
          from unnest(:ids::uuid[], :revisions::bigint[], :attempts::int[]) as w(id, revision, attempt)
         where d.id = w.id and (d.interrupted_revision, d.interrupted_attempt) < (w.revision, w.attempt)
        """).bind("ids", interrupts.stream().map(IndexChange.Interrupt::documentId).toArray(UUID[]::new))
        .bind("revisions", interrupts.stream().map(IndexChange.Interrupt::revision).toArray(Long[]::new))
        .bind("attempts", interrupts.stream().map(IndexChange.Interrupt::attempt).toArray(Integer[]::new)).fetch()
        .rowsUpdated().then();
  }

  /** Writes attributes whose revision is above the row's (S16). */
  Mono<Void> patch(List<IndexChange.Patch> patches) {
    if (patches.isEmpty()) {
      return Mono.empty();
    }
    return client
        .sql(
            """
                update documents d
                   set title = a.title, metadata = a.metadata, source = a.source, sensitivity_level = a.sensitivity_level,
                       acl_users = a.acl_users, acl_roles = a.acl_roles, acl_groups = a.acl_groups,
                       attributes_revision = w.revision, last_revision = greatest(d.last_revision, w.revision), updated_at = now()
                  from (select distinct on (id) * from unnest(:ids::uuid[], :revisions::bigint[], :attributes::text[])
                            as u(id, revision, attributes) order by id, revision desc) w
                 cross join lateral jsonb_populate_record(null::documents, w.attributes::jsonb) a
                 where d.id = w.id and d.attributes_revision < w.revision
                """)
        .bind("ids", patches.stream().map(IndexChange.Patch::documentId).toArray(UUID[]::new))
        .bind("revisions", patches.stream().map(IndexChange.Patch::revision).toArray(Long[]::new))
        .bind("attributes", patches.stream().map(it -> it.attributes().toJson(json)).toArray(String[]::new)).fetch()
        .rowsUpdated().then();
  }

  /**
   * Makes versions live; those of the generation that queries see raise the number that users see (S5).
   *
   * @return documents that took over other attributes than those of which the index has copies
   */
  Mono<Set<UUID>> flip(List<Version> versions, List<Integer> chunkCounts, List<Integer> raises) {
    if (versions.isEmpty()) {
      return Mono.just(Set.of());
    }
    var counts = chunkCounts.toArray(Integer[]::new);
    return VersionArrays
        .bindInOrder(
            client.sql(
                """
                    insert into document_generations (document_id, generation, tenant_id, knowledge_base_id, live_revision, live_attempt,
                                                      chunk_count, flipped_at)
                    select document_id, generation, tenant_id, knowledge_base_id, revision, attempt, chunk_count, now()
                      from unnest(:tenants::uuid[], :bases::uuid[], :documents::uuid[], :generations::int[], :revisions::bigint[],
                                  :attempts::int[], :counts::int[])
                        as w(tenant_id, knowledge_base_id, document_id, generation, revision, attempt, chunk_count)
                        on conflict (document_id, generation) do update
                       set live_revision = excluded.live_revision, live_attempt = excluded.live_attempt,
                           chunk_count = excluded.chunk_count, flipped_at = excluded.flipped_at
                    """),
            versions)
        .bind("counts", counts).fetch().rowsUpdated()
        .then(client
            .sql(
                """
                    update documents d set version = d.version + w.raise, updated_at = now()
                      from (select document_id, max(raise) as raise from unnest(:documents::uuid[], :raises::int[]) as r(document_id, raise)
                             group by document_id) w
                     where d.id = w.document_id and w.raise > 0
                    """)
            .bind("documents", versions.stream().map(Version::documentId).toArray(UUID[]::new))
            .bind("raises", raises.toArray(Integer[]::new)).fetch().rowsUpdated())
        .then(attributesOf(IntStream.range(0, versions.size()).filter(it -> raises.get(it) > 0).mapToObj(versions::get)
            .toList()));
  }

  /** What queries see now brings its attributes with it (S16), unless a later patch came first; says nothing if it brought none. */
  private Mono<Set<UUID>> attributesOf(List<Version> versions) {
    if (versions.isEmpty()) {
      return Mono.just(Set.of());
    }
    return client
        .sql(
            """
                update documents d
                   set title = a.title, metadata = a.metadata, source = a.source, sensitivity_level = a.sensitivity_level,
                       acl_users = a.acl_users, acl_roles = a.acl_roles, acl_groups = a.acl_groups,
                       attributes_revision = r.revision
                  from unnest(:documents::uuid[], :revisions::bigint[]) as w(document_id, revision)
                  join document_revisions r on r.document_id = w.document_id and r.revision = w.revision
                  join documents o on o.id = w.document_id
                 cross join lateral jsonb_populate_record(null::documents, r.attributes) a
                 where d.id = r.document_id and r.attributes is not null and r.revision > d.attributes_revision
                returning d.id, (o.title, o.metadata, o.sensitivity_level, o.acl_users, o.acl_roles, o.acl_groups)
                                  is distinct from (a.title, a.metadata, a.sensitivity_level, a.acl_users, a.acl_roles, a.acl_groups) as differs
                """)
        .bind("documents", versions.stream().map(Version::documentId).toArray(UUID[]::new))
        .bind("revisions", versions.stream().map(Version::revision).toArray(Long[]::new))
        .map(row -> new Replaced(Columns.uuid(row, "id"), Boolean.TRUE.equals(row.get("differs", Boolean.class)))).all()
        .filter(Replaced::differs).map(Replaced::id).collect(Collectors.toUnmodifiableSet());
  }

  private record Replaced(UUID id, boolean differs) {}
}
