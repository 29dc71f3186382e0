package io.selfrag.catalog.lookup;

import io.r2dbc.spi.R2dbcRollbackException;
import io.selfrag.catalog.AttributeRules;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.schemas.avro.Attributes;
import io.selfrag.schemas.avro.DocumentIntroduction;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import tools.jackson.databind.json.JsonMapper;

/**
 * Does for a document that came straight from Kafka what the API does at acceptance: its row is the reservation of the
 * tenant's quota (S21). Idempotent by revision. Locks are taken in the order of everyone: document, knowledge base
 * and tenant shared, counters.
 */
public final class ExternalReservations {
  private static final long MIB = 1024L * 1024;
  private static final Retry LOST_RACES = Retry.backoff(4, Duration.ofMillis(10))
      .filter(ExternalReservations::isLostRace).onRetryExhaustedThrow((_, signal) -> signal.failure());

  private final CatalogDatabase database;
  private final DatabaseClient client;
  private final JsonMapper json = JsonMapper.shared();

  public ExternalReservations(CatalogDatabase database) {
    this.database = database;
    this.client = database.client();
  }

  /** What came of it. */
  public enum Outcome {
    RESERVED,
    QUOTA_EXCEEDED,
    DOCUMENT_ID_CONFLICT,
    KB_NOT_FOUND,
    /** Not within {@link AttributeRules}. */
    INVALID_ATTRIBUTES
  }

  /** A quota below 0 is none. */
  private record Quota(long documents, long bytes) {}

  /** A document as it stands, locked. */
  private record Known(long lastRevision, long sizeBytes, boolean counted, boolean visible) {
    boolean isNew() {
      return lastRevision < 0;
    }
  }

  private static final Known NONE = new Known(-1, 0, false, false);

  /** Reserves, or changes nothing. */
  public Mono<Outcome> reserve(ExternalDraft draft) {
    if (!isValid(draft.document())) {
      return Mono.just(Outcome.INVALID_ATTRIBUTES);
    }
    var work = insert(draft).flatMap(isNew -> isNew
        ? admit(draft, NONE)
        : known(draft).flatMap(known -> admit(draft, known))
            .switchIfEmpty(Mono.defer(() -> quota(draft).map(_ -> Outcome.DOCUMENT_ID_CONFLICT)
                .defaultIfEmpty(Outcome.KB_NOT_FOUND))));
    return database.inTransaction(work).retryWhen(LOST_RACES);
  }

  /** What the API checks before it accepts. */
  private static boolean isValid(DocumentIntroduction document) {
    return AttributeRules.problemOf(document.getAttributes()).isEmpty()
        && AttributeRules.problemOfExternalId(document.getExternalId()).isEmpty();
  }

  private Mono<Quota> quota(ExternalDraft draft) {
    return client.sql("""
        select t.quota_doc_count::bigint as documents, t.quota_storage_mb::bigint as storage
          from knowledge_bases kb join tenants t on t.id = kb.tenant_id
         where kb.id = :kb and kb.tenant_id = :tenant and kb.status <> 'deleting' and t.status = 'active'
           for share of kb, t
        """).bind("kb", draft.knowledgeBaseId()).bind("tenant", draft.tenantId()).map(row -> {
      long storage = Objects.requireNonNull(row.get("storage", Long.class));
      return new Quota(Objects.requireNonNull(row.get("documents", Long.class)), storage < 0 ? -1 : storage * MIB);
    }).one();
  }

  /** Whether the row is new; it is not counted yet. */
  private Mono<Boolean> insert(ExternalDraft draft) {
    return attributes(client.sql("""
        insert into documents (tenant_id, knowledge_base_id, id, external_id, title, metadata, source,
                               sensitivity_level, acl_users, acl_roles, acl_groups, attributes_revision, last_revision,
                               content_sha256, size_bytes)
        select :tenant, :kb, :id, nullif(:external_id, ''), :title, :metadata::jsonb, nullif(:source, ''),
               :sensitivity, :users, :roles, :groups, :revision, :revision, :sha256, :size
         where exists (select 1 from knowledge_bases where id = :kb and tenant_id = :tenant)
        on conflict do nothing
        """), draft).bind("external_id", orEmpty(draft.document().getExternalId())).fetch().rowsUpdated()
        .map(rows -> rows == 1);
  }

  /** Read by a statement of its own after the lock: the rest of the locking one would be as it was before the wait. */
  private Mono<Known> known(ExternalDraft draft) {
    var lock = ids(client.sql("""
        select 1 from documents where tenant_id = :tenant and knowledge_base_id = :kb and id = :id for no key update
        """), draft).fetch().all().then();
    return lock.then(ids(client.sql("""
        select d.last_revision, d.size_bytes, d.counted,
               exists (select 1 from document_generations g join knowledge_bases kb on kb.id = g.knowledge_base_id
                        where g.document_id = d.id and g.generation = kb.live_generation
                          and g.live_revision > d.deleted_revision) as visible
          from documents d
         where d.tenant_id = :tenant and d.knowledge_base_id = :kb and d.id = :id
        """), draft).map(row -> new Known(Objects.requireNonNull(row.get("last_revision", Long.class)),
        Objects.requireNonNull(row.get("size_bytes", Long.class)),
        Objects.requireNonNull(row.get("counted", Boolean.class)),
        Objects.requireNonNull(row.get("visible", Boolean.class)))).one());
  }

  private Mono<Outcome> admit(ExternalDraft draft, Known known) {
    return quota(draft).flatMap(quota -> admit(draft, quota, known))
        .switchIfEmpty(Mono.defer(() -> giveBack(draft, known).thenReturn(Outcome.KB_NOT_FOUND)));
  }

  private Mono<Outcome> admit(ExternalDraft draft, Quota quota, Known known) {
    if (known.lastRevision() >= draft.revision()) {
      return Mono.just(Outcome.RESERVED);
    }
    long documents = known.counted() ? 0 : 1;
    long bytes = draft.document().getSize() - (known.counted() ? known.sizeBytes() : 0);
    return raiseCounters(draft, quota, documents, bytes).flatMap(rows -> rows == 0
        ? giveBack(draft, known).thenReturn(Outcome.QUOTA_EXCEEDED)
        : replace(draft, known).then(insertRevision(draft, known)).thenReturn(Outcome.RESERVED));
  }

  /** Raises them if the quota allows it; 0 rows if not. */
  private Mono<Long> raiseCounters(ExternalDraft draft, Quota quota, long documents, long bytes) {
    var row = client.sql("insert into tenant_counters (tenant_id) values (:tenant) on conflict do nothing")
        .bind("tenant", draft.tenantId()).fetch().rowsUpdated();
    return row.then(client.sql("""
        update tenant_counters set doc_count = doc_count + :documents, storage_bytes = storage_bytes + :bytes
         where tenant_id = :tenant
           and (:documents <= 0 or :max_documents < 0 or doc_count + :documents <= :max_documents)
           and (:bytes <= 0 or :max_bytes < 0 or storage_bytes + :bytes <= :max_bytes)
        """).bind("tenant", draft.tenantId()).bind("documents", documents).bind("bytes", bytes)
        .bind("max_documents", quota.documents()).bind("max_bytes", quota.bytes()).fetch().rowsUpdated());
  }

  private Mono<Long> giveBack(ExternalDraft draft, Known known) {
    return known.isNew()
        ? ids(client.sql("delete from documents where tenant_id = :tenant and knowledge_base_id = :kb and id = :id"),
            draft).fetch().rowsUpdated()
        : Mono.just(0L);
  }

  /** Attributes of a visible document wait for the flip, so that old text is never shown under a new ACL. */
  private Mono<Long> replace(ExternalDraft draft, Known known) {
    if (known.isNew() || known.visible()) {
      return ids(client.sql("""
          update documents set last_revision = :revision, content_sha256 = :sha256, size_bytes = :size, counted = true,
                 fed_by = null, updated_at = now()
           where tenant_id = :tenant and knowledge_base_id = :kb and id = :id
          """), draft).bind("revision", draft.revision()).bind("sha256", sha256(draft))
          .bind("size", draft.document().getSize()).fetch().rowsUpdated();
    }
    return attributes(
        client.sql(
            """
                update documents set last_revision = :revision, content_sha256 = :sha256, size_bytes = :size, counted = true,
                       fed_by = null, updated_at = now(), title = :title, metadata = :metadata::jsonb, source = nullif(:source, ''),
                       sensitivity_level = :sensitivity, acl_users = :users, acl_roles = :roles, acl_groups = :groups,
                       attributes_revision = greatest(attributes_revision, :revision)
                 where tenant_id = :tenant and knowledge_base_id = :kb and id = :id
                """),
        draft).fetch().rowsUpdated();
  }

  private Mono<Long> insertRevision(ExternalDraft draft, Known known) {
    return ids(client.sql("""
        insert into document_revisions (document_id, revision, tenant_id, knowledge_base_id, kind, state, lane,
                                        content_sha256, size_bytes, attributes)
        values (:id, :revision, :tenant, :kb, 'upsert', 'pending', :lane, :sha256, :size,
                nullif(:attributes, '')::jsonb)
        on conflict do nothing
        """), draft).bind("revision", draft.revision()).bind("lane", draft.document().getLane())
        .bind("sha256", sha256(draft)).bind("size", draft.document().getSize())
        .bind("attributes", known.visible() ? attributesJson(draft.document().getAttributes()) : "").fetch()
        .rowsUpdated();
  }

  private GenericExecuteSpec attributes(GenericExecuteSpec sql, ExternalDraft draft) {
    Attributes attributes = draft.document().getAttributes();
    var acl = attributes.getAcl();
    return ids(sql, draft).bind("title", attributes.getTitle()).bind("metadata", attributes.getMetadata())
        .bind("source", orEmpty(attributes.getSource())).bind("sensitivity", sensitivity(attributes))
        .bind("users", acl.getUsers().toArray(String[]::new)).bind("roles", acl.getRoles().toArray(String[]::new))
        .bind("groups", acl.getGroups().toArray(String[]::new)).bind("revision", draft.revision())
        .bind("sha256", sha256(draft)).bind("size", draft.document().getSize());
  }

  private static GenericExecuteSpec ids(GenericExecuteSpec sql, ExternalDraft draft) {
    return sql.bind("tenant", draft.tenantId()).bind("kb", draft.knowledgeBaseId()).bind("id", draft.documentId());
  }

  /** As the flip reads it: with the names of the columns. */
  private String attributesJson(Attributes attributes) {
    var node = json.createObjectNode();
    node.put("title", attributes.getTitle());
    node.set("metadata", json.readTree(attributes.getMetadata()));
    node.put("source", attributes.getSource());
    node.put("sensitivity_level", sensitivity(attributes));
    node.set("acl_users", json.valueToTree(attributes.getAcl().getUsers()));
    node.set("acl_roles", json.valueToTree(attributes.getAcl().getRoles()));
    node.set("acl_groups", json.valueToTree(attributes.getAcl().getGroups()));
    return json.writeValueAsString(node);
  }

  private static String sensitivity(Attributes attributes) {
    return attributes.getAcl().getSensitivity().name().toLowerCase(Locale.ROOT);
  }

  private static ByteBuffer sha256(ExternalDraft draft) {
    DocumentIntroduction document = draft.document();
    return ByteBuffer.wrap(Objects.requireNonNull(document.getContentSha256()).bytes());
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static boolean isLostRace(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof R2dbcRollbackException || cause instanceof PessimisticLockingFailureException) {
        return true;
      }
    }
    return false;
  }
}
