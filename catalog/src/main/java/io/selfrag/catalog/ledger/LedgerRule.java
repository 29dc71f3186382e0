package io.selfrag.catalog.ledger;

/**
 * A check that one statement makes: it returns {@code subject} and {@code detail} of each violation. What is visible, and which
 * version of a document is live, is decided by {@code document_generations} and the tombstone alone (S2).
 */
enum LedgerRule {
  OPEN_REVISION(Invariant.NO_LOSS, """
      select document_id as subject, format('%s revision %s attempt %s is %s since %s', kind, revision, attempt, state,
             accepted_at) as detail
        from document_revisions where state in ('accepting', 'pending', 'processing')
      """),

  FAILED_WITHOUT_REASON(Invariant.NO_LOSS, """
      select document_id as subject, format('revision %s failed at %s with %s: %s', revision, error_stage, error_code,
             error_message) as detail
        from document_revisions
       where state = 'failed' and (error_stage is null or error_code is null or error_message is null)
      """),

  IMPOSSIBLE_END(Invariant.NO_LOSS, """
      select document_id as subject, format('%s revision %s ended as %s', kind, revision, state) as detail
        from document_revisions
       where (kind = 'upsert' and state in ('deleted', 'patched'))
          or (kind = 'delete' and state in ('indexed', 'unchanged', 'patched', 'interrupted', 'failed'))
          or (kind = 'patch' and state in ('indexed', 'unchanged', 'interrupted', 'deleted'))
      """),

  ENDED_TWICE(Invariant.NO_LOSS, """
      select document_id as subject, format('revision %s attempt %s ended as %s', revision, attempt,
             string_agg(distinct stage, ', ')) as detail
        from document_events
       where stage in ('indexed', 'unchanged', 'superseded', 'interrupted', 'deleted', 'failed', 'patched')
       group by document_id, revision, attempt, generation having count(distinct stage) > 1
      """),

  DOCUMENT_WITHOUT_REVISION(Invariant.NO_LOSS, """
      select d.id as subject, 'no revision in the ledger' as detail from documents d
       where not exists (select 1 from document_revisions r where r.document_id = d.id)
      """),

  UNSENT_RECORD(Invariant.NO_LOSS, """
      select kb.id as subject, 'the outbox holds ' || count(o.id) || ' records' as detail
        from outbox o cross join (select id from knowledge_bases order by id limit 1) kb group by kb.id
      """),

  INCOMPLETE_VERSION(Invariant.NO_DUPLICATES,
      """
          select g.document_id as subject, format('generation %s shows %s chunks of revision %s/%s; rows %s, ordinals %s to %s',
                 g.generation, g.chunk_count, g.live_revision, g.live_attempt, count(c.id), min(c.ordinal), max(c.ordinal))
                 as detail
            from document_generations g join documents d on d.id = g.document_id and g.live_revision > d.deleted_revision
            left join chunks c on c.document_id = g.document_id and c.generation = g.generation
                 and c.revision = g.live_revision and c.attempt = g.live_attempt
           group by g.document_id, g.generation
          having g.chunk_count < 1 or count(c.id) <> g.chunk_count or count(distinct c.ordinal) <> g.chunk_count
              or min(c.ordinal) <> 0 or max(c.ordinal) <> g.chunk_count - 1
          """),

  NOT_AS_ANNOUNCED(Invariant.NO_DUPLICATES,
      """
          select g.document_id as subject, format('revision %s announced %s chunks, %s are shown', r.revision,
                 coalesce(e.chunk_count, r.chunk_count),
                 g.chunk_count) as detail
            from document_generations g
            join knowledge_bases k on k.id = g.knowledge_base_id and k.live_generation = g.generation
            join document_revisions r on r.document_id = g.document_id and r.revision = g.live_revision
            -- Another generation cuts the same revision into other chunks.
            left join document_events e on e.document_id = r.document_id and e.revision = r.revision
                 and e.attempt = g.live_attempt and e.stage = 'chunked' and e.generation = g.generation
           where coalesce(e.chunk_count, r.chunk_count) is distinct from g.chunk_count
          """),

  ORPHAN_CHUNKS(Invariant.NO_ORPHANS, """
      select c.document_id as subject, format('%s chunk rows of revision %s/%s in generation %s, which is not live',
             count(*), c.revision, c.attempt, c.generation) as detail
        from chunks c
       where not exists (
         select 1 from document_generations g join documents d on d.id = g.document_id
          where g.document_id = c.document_id and g.generation = c.generation and g.live_revision = c.revision
            and g.live_attempt = c.attempt and g.live_revision > d.deleted_revision)
       group by c.document_id, c.generation, c.revision, c.attempt
      """),

  ORPHAN_VECTORS(Invariant.NO_ORPHANS, """
      select v.document_id as subject, count(*) || ' vectors without their chunk rows' as detail
        from chunk_vectors v where not exists (select 1 from chunks c where c.id = v.chunk_id) group by v.document_id
      """),

  MISSING_VECTORS(Invariant.NO_ORPHANS, """
      select c.document_id as subject, count(*) || ' chunk rows without their vectors' as detail
        from chunks c where not exists (select 1 from chunk_vectors v where v.chunk_id = c.id) group by c.document_id
      """),

  LIVE_BELOW_TOMBSTONE(Invariant.NO_ORPHANS, """
      select d.id as subject, format('revision %s is kept as live although %s deleted it', g.live_revision,
             d.deleted_revision) as detail
        from document_generations g join documents d on d.id = g.document_id
       where g.live_revision <= d.deleted_revision
      """),

  PURGE_NOT_RUN(Invariant.NO_ORPHANS,
      """
          select coalesce(document_id, knowledge_base_id, tenant_id) as subject, 'purge waits since ' || created_at as detail
            from purges where again_after is null or again_after < now() - interval '1 minute'
          """),

  WRONG_LIVE_VERSION(Invariant.VERSION_ORDER, """
      select d.id as subject, format('live is %s, the newest good revision is %s, deleted up to %s', g.live_revision,
             good.revision, d.deleted_revision) as detail
        from documents d join knowledge_bases k on k.id = d.knowledge_base_id and k.status <> 'deleting'
        left join document_generations g on g.document_id = d.id and g.generation = k.live_generation
             and g.live_revision > d.deleted_revision
        left join lateral (select max(r.revision) as revision from document_revisions r
                            where r.document_id = d.id and r.kind = 'upsert' and r.state = 'indexed'
                              and r.revision > d.deleted_revision) good on true
       where g.live_revision is distinct from good.revision
      """),

  UNCHANGED_BUT_DIFFERENT(Invariant.VERSION_ORDER,
      """
          select d.id as subject, format('revision %s was found unchanged, but live is %s with other content', u.revision,
                 g.live_revision) as detail
            from documents d join knowledge_bases k on k.id = d.knowledge_base_id and k.status <> 'deleting'
            left join document_generations g on g.document_id = d.id and g.generation = k.live_generation
                 and g.live_revision > d.deleted_revision
            left join document_revisions l on l.document_id = d.id and l.revision = g.live_revision
            join lateral (select r.revision, r.state, coalesce(r.content_sha256, e.content_sha256) as content_sha256
                            from document_revisions r
                            -- One that came straight from Kafka and was unchanged is known only by what it equals.
                            left join document_revisions e on e.document_id = r.document_id and e.revision = r.equals_revision
                           where r.document_id = d.id and r.kind = 'upsert' and r.revision > d.deleted_revision
                             -- Unchanged holds only as long as what it equals came to a good end.
                             and (r.state = 'indexed'
                               or r.state = 'unchanged' and coalesce(e.state, 'indexed') = 'indexed')
                           order by r.revision desc limit 1) u on u.state = 'unchanged'
           where l.content_sha256 is distinct from u.content_sha256
          """),

  WRONG_TOMBSTONE(Invariant.VERSION_ORDER, """
      select d.id as subject, format('deleted up to %s, the newest delete is %s', d.deleted_revision,
             coalesce(max(r.revision), 0)) as detail
        from documents d left join document_revisions r on r.document_id = d.id and r.kind = 'delete'
             -- A newer upload may overtake a delete on its way through the outbox; what the delete hid stays hidden.
             and r.state in ('deleted', 'superseded')
       group by d.id, d.deleted_revision having d.deleted_revision <> coalesce(max(r.revision), 0)
      """),

  WRONG_STATUS(Invariant.TRUTHFUL_STATUS,
      """
          select d.id as subject, format('status is %s, but the newest revision %s is %s', d.processing_status, n.revision,
                 n.state) as detail
            from documents d
            join lateral (select r.revision,
                                 case when r.state = 'superseded' then 'interrupted'
                                      -- Unchanged stands as what it equals (S6).
                                      when r.state = 'unchanged' and e.state <> 'superseded' then e.state
                                      else r.state end as state
                            from document_revisions r
                            left join document_revisions e on e.document_id = r.document_id and e.revision = r.equals_revision
                           where r.document_id = d.id and r.kind in ('upsert', 'delete')
                             -- What an interrupt overtook on its way was interrupted by it.
                             and (r.state <> 'superseded' or (r.kind = 'upsert' and r.revision < d.interrupted_revision
                                  and not exists (select 1 from document_revisions newer
                                                   where newer.document_id = d.id and newer.kind in ('upsert', 'delete')
                                                     and newer.revision > r.revision)))
                           order by r.revision desc limit 1) n on true
           where d.processing_status <> case n.state when 'indexed' then 'completed' when 'unchanged' then 'completed'
                 when 'accepting' then 'pending' else n.state end
          """),

  FAILED_UNEXPLAINED(Invariant.TRUTHFUL_STATUS, """
      select id as subject, 'failed without a code' as detail
        from documents where processing_status = 'failed' and error_code is null
      """),

  WRONG_VERSION_NUMBER(Invariant.TRUTHFUL_STATUS, """
      select d.id as subject, format('version is %s after %s indexed revisions', d.version, count(r.revision)) as detail
        from documents d left join document_revisions r on r.document_id = d.id and r.kind = 'upsert'
             and r.state = 'indexed'
       group by d.id, d.version having d.version <> count(r.revision)
      """),

  WRONG_KNOWLEDGE_BASE_COUNTERS(Invariant.TRUTHFUL_STATUS, """
      select k.id as subject, format('counters say %s documents and %s chunks, there are %s and %s', c.document_count,
             c.chunk_count, count(g.document_id), coalesce(sum(g.chunk_count), 0)) as detail
        from knowledge_bases k join knowledge_base_counters c on c.knowledge_base_id = k.id
        left join (document_generations g join documents d on d.id = g.document_id
                   and g.live_revision > d.deleted_revision)
               on g.knowledge_base_id = k.id and g.generation = k.live_generation
       where k.status <> 'deleting'
       group by k.id, c.document_count, c.chunk_count
      having c.document_count <> count(g.document_id) or c.chunk_count <> coalesce(sum(g.chunk_count), 0)
      """),

  WRONG_TENANT_COUNTERS(Invariant.TRUTHFUL_STATUS,
      """
          select c.tenant_id as subject, format('counters say %s documents and %s bytes, counted are %s and %s', c.doc_count,
                 c.storage_bytes, count(d.id), coalesce(sum(d.size_bytes), 0)) as detail
            from tenant_counters c left join documents d on d.tenant_id = c.tenant_id and d.counted
           group by c.tenant_id, c.doc_count, c.storage_bytes
          having c.doc_count <> count(d.id) or c.storage_bytes <> coalesce(sum(d.size_bytes), 0)
          """),

  WRONG_KB_COUNT(Invariant.TRUTHFUL_STATUS, """
      select c.tenant_id as subject, format('counters say %s knowledge bases, there are %s', c.kb_count, count(k.id))
             as detail
        from tenant_counters c left join knowledge_bases k on k.tenant_id = c.tenant_id and k.status <> 'deleting'
       group by c.tenant_id, c.kb_count having c.kb_count <> count(k.id)
      """),

  WRONG_RESERVATION(Invariant.TRUTHFUL_STATUS, """
      select d.id as subject, format('status %s, %s, but %s by the quota', d.processing_status,
             case when g.document_id is null then 'nothing live' else 'live' end,
             case when d.counted then 'counted' else 'not counted' end) as detail
        from documents d join knowledge_bases k on k.id = d.knowledge_base_id and k.status <> 'deleting'
        left join document_generations g on g.document_id = d.id and g.generation = k.live_generation
             and g.live_revision > d.deleted_revision
       where (g.document_id is not null and not d.counted)
          or (g.document_id is null and d.counted and d.processing_status in ('failed', 'deleted'))
      """);

  private final Invariant invariant;
  private final String sql;

  LedgerRule(Invariant invariant, String sql) {
    this.invariant = invariant;
    this.sql = sql;
  }

  Invariant invariant() {
    return invariant;
  }

  String sql() {
    return sql;
  }
}
