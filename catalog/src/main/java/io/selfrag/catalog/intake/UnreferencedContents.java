package io.selfrag.catalog.intake;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/**
 * Collects contents that nothing needs any more (S22). One is looked at when nobody has put it for 48 hours: either some document
 * still needs it, and then it is looked at again after as long, or it goes. Its lock is held meanwhile, so that whoever puts it again
 * at this moment either saves it or stores it anew. Several replicas may do this at once. A slice is bounded by what it deletes too: a
 * statement that takes longer than the server allows would fail in the same way for ever.
 */
public final class UnreferencedContents {
  private static final int AT_ONCE = 500;
  private static final int PARTS_AT_ONCE = 256;

  private final DatabaseClient client;

  public UnreferencedContents(CatalogDatabase database) {
    this.client = database.client();
  }

  private record Slice(long looked, long removed) {}

  /** Looks at everything that is due; says how many contents went. */
  public Mono<Long> collect() {
    return slice().expand(slice -> slice.looked() == 0 ? Mono.empty() : slice()).map(Slice::removed)
        .reduce(0L, Long::sum).onErrorMap(StoreFailures::translate);
  }

  /**
   * A document needs its newest content, for a retry, or that which this one equals, what is live of it, for a new generation, and
   * what is under way.
   */
  private Mono<Slice> slice() {
    return client.sql("""
        with oldest as (
          select tenant_id, sha256, parts, referenced_at from contents
           where referenced_at < now() - interval '48 hours' order by referenced_at limit :slice),
        counted as (
          select tenant_id, sha256, row_number() over so_far as position, sum(parts) over so_far as parts from oldest
          window so_far as (order by referenced_at, tenant_id, sha256 rows unbounded preceding)),
        idle as (
          select c.tenant_id, c.sha256
            from contents c join counted n on n.tenant_id = c.tenant_id and n.sha256 = c.sha256
           where c.referenced_at < now() - interval '48 hours' and (n.position = 1 or n.parts <= :parts)
             for update of c skip locked),
        needed as (
          select i.tenant_id, i.sha256 from idle i
           where exists (
             select 1 from document_revisions r
               join documents d on d.tenant_id = r.tenant_id and d.knowledge_base_id = r.knowledge_base_id
                               and d.id = r.document_id
              where r.tenant_id = i.tenant_id and r.content_sha256 = i.sha256 and r.kind = 'upsert'
                and r.revision > d.deleted_revision
                and (r.state in ('accepting', 'pending', 'processing')
                  or r.revision in (select unnest(array[newest.revision, newest.equals_revision])
                                      from (select u.revision, u.equals_revision from document_revisions u
                                             where u.document_id = r.document_id and u.kind = 'upsert'
                                             order by u.revision desc limit 1) newest)
                  or exists (select 1 from document_generations g
                              where g.document_id = r.document_id and g.live_revision = r.revision)))),
        kept as (
          update contents c set referenced_at = now() from needed n
           where c.tenant_id = n.tenant_id and c.sha256 = n.sha256),
        gone as (
          delete from contents c using idle i
           where c.tenant_id = i.tenant_id and c.sha256 = i.sha256
             and not exists (select 1 from needed n where n.tenant_id = i.tenant_id and n.sha256 = i.sha256)
          returning 1)
        select (select count(*) from idle) as looked, (select count(*) from gone) as removed
        """).bind("slice", AT_ONCE).bind("parts", PARTS_AT_ONCE)
        .map(row -> new Slice(Sql.number(row, "looked"), Sql.number(row, "removed"))).one();
  }
}
