package io.selfrag.catalog.conversation;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.catalog.tenant.Page;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The tables of conversations. One of another tenant or of another owner is not found by any of this. */
public final class Conversations {
  private static final String SELECT = """
      select id, tenant_id, owner, title, knowledge_base_ids, created_at, updated_at from conversations
       where tenant_id = :tenant and owner = :owner""";

  private final CatalogDatabase database;
  private final DatabaseClient client;

  public Conversations(CatalogDatabase database) {
    this.database = database;
    this.client = database.client();
  }

  /** Creates it; its times are the database's. */
  public Mono<Conversation> insert(Conversation it) {
    return client.sql("""
        insert into conversations (id, tenant_id, owner, title, knowledge_base_ids)
        values (:id, :tenant, :owner, :title, :bases)
        """).bind("id", it.id()).bind("tenant", it.tenantId()).bind("owner", it.owner()).bind("title", it.title())
        .bind("bases", it.knowledgeBaseIds().toArray(UUID[]::new)).fetch().rowsUpdated()
        .then(find(it.tenantId(), it.owner(), it.id())).onErrorMap(StoreFailures::translate);
  }

  public Mono<Conversation> find(UUID tenantId, String owner, UUID id) {
    return client.sql(SELECT + " and id = :id").bind("tenant", tenantId).bind("owner", owner).bind("id", id)
        .map(Conversations::conversation).one().onErrorMap(StoreFailures::translate);
  }

  /**
   * A page of the owner's, newest first.
   *
   * @param page from 1
   */
  public Mono<Page<Conversation>> list(UUID tenantId, String owner, int page, int pageSize) {
    var items = client.sql(SELECT + " order by created_at desc, id limit :limit offset :offset")
        .bind("tenant", tenantId).bind("owner", owner).bind("limit", pageSize).bind("offset", (page - 1L) * pageSize)
        .map(Conversations::conversation).all().collectList();
    var total = client.sql("select count(*) as n from conversations where tenant_id = :tenant and owner = :owner")
        .bind("tenant", tenantId).bind("owner", owner).map(row -> Objects.requireNonNull(row.get("n", Long.class)))
        .one();
    return items.zipWith(total, Page::new).onErrorMap(StoreFailures::translate);
  }

  /** Writes title and knowledge bases; empty if it is not there. */
  public Mono<Conversation> update(Conversation it) {
    return client.sql("""
        update conversations set title = :title, knowledge_base_ids = :bases, updated_at = now()
         where tenant_id = :tenant and owner = :owner and id = :id
        """).bind("id", it.id()).bind("tenant", it.tenantId()).bind("owner", it.owner()).bind("title", it.title())
        .bind("bases", it.knowledgeBaseIds().toArray(UUID[]::new)).fetch().rowsUpdated()
        .then(find(it.tenantId(), it.owner(), it.id())).onErrorMap(StoreFailures::translate);
  }

  /** Whether it was there. */
  public Mono<Boolean> delete(UUID tenantId, String owner, UUID id) {
    return client.sql("delete from conversations where tenant_id = :tenant and owner = :owner and id = :id")
        .bind("tenant", tenantId).bind("owner", owner).bind("id", id).fetch().rowsUpdated().map(it -> it > 0)
        .onErrorMap(StoreFailures::translate);
  }

  /** The last turns, oldest first. Find the conversation first: this asks for no owner. */
  public Flux<Turn> turns(UUID id, int most) {
    return client.sql("""
        select * from (select ordinal, role, content, chunk_ids, grounded, created_at from conversation_messages
                        where conversation_id = :id order by ordinal desc limit :most) newest
         order by ordinal
        """).bind("id", id).bind("most", most).map(Conversations::turn).all().onErrorMap(StoreFailures::translate);
  }

  /** Adds turns behind the last, in one transaction; none if the conversation is gone. Concurrent ones queue under its row. */
  public Mono<Void> append(UUID id, List<Turn> turns) {
    var locked = client.sql("update conversations set updated_at = now() where id = :id").bind("id", id).fetch()
        .rowsUpdated();
    var added = Flux.fromIterable(turns).concatMap(turn -> {
      var insert = client.sql("""
          insert into conversation_messages (conversation_id, ordinal, role, content, chunk_ids, grounded)
          select :id, coalesce(max(ordinal), 0) + 1, :role, :content, :chunks, :grounded
            from conversation_messages where conversation_id = :id
          """).bind("id", id).bind("role", turn.role()).bind("content", turn.content())
          .bind("chunks", turn.chunkIds().toArray(UUID[]::new));
      var grounded = turn.grounded();
      return (grounded == null ? insert.bindNull("grounded", Boolean.class) : insert.bind("grounded", grounded)).fetch()
          .rowsUpdated();
    });
    return database.inTransaction(locked.filter(it -> it > 0).flatMap(_ -> added.then())).then();
  }

  private static Conversation conversation(Readable row) {
    return new Conversation(value(row, "id", UUID.class), value(row, "tenant_id", UUID.class),
        value(row, "owner", String.class), value(row, "title", String.class),
        List.of(value(row, "knowledge_base_ids", UUID[].class)), time(row, "created_at"), time(row, "updated_at"));
  }

  private static Turn turn(Readable row) {
    return new Turn(value(row, "role", String.class), value(row, "content", String.class),
        List.of(value(row, "chunk_ids", UUID[].class)), row.get("grounded", Boolean.class), time(row, "created_at"));
  }

  private static Instant time(Readable row, String column) {
    return value(row, column, OffsetDateTime.class).toInstant();
  }

  private static <T> T value(Readable row, String column, Class<T> type) {
    return Objects.requireNonNull(row.get(column, type), column);
  }
}
