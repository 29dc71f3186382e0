package io.selfrag.catalog.intake;

import static io.selfrag.catalog.intake.Sql.need;
import static io.selfrag.catalog.intake.Sql.number;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.catalog.outbox.Outbox;
import io.selfrag.catalog.outbox.OutboxRecord;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.Fingerprints;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.Baseline;
import io.selfrag.schemas.avro.ContentReference;
import io.selfrag.schemas.avro.Delete;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.Interrupt;
import io.selfrag.schemas.avro.Patch;
import io.selfrag.schemas.avro.Sensitivity;
import io.selfrag.schemas.avro.Sha256;
import io.selfrag.schemas.avro.Upsert;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a restored database has to tell brokers that know nothing of it: of each document what is live, so that an upload of the
 * same content is still found unchanged and a retry finds its content; and once more everything that had been accepted and had
 * not ended, since its records are gone with the brokers. Sending twice does no harm: whatever is known already is seen by its
 * revision.
 */
public final class RestoredWork {
  private static final int PAGE = 500;
  private static final String ATTRIBUTES = """
       d.title, d.metadata::text as metadata, d.source, d.sensitivity_level, d.acl_users, d.acl_roles, d.acl_groups
      """;
  private static final String LIVE = "select d.id, d.tenant_id, d.knowledge_base_id, d.attributes_revision,"
      + " d.deleted_revision," + ATTRIBUTES + """
          , coalesce(g.live_revision, 0) as live_revision, coalesce(g.live_attempt, 0) as live_attempt,
                 coalesce(r.content_sha256, d.content_sha256) as sha256, d.size_bytes, r.file_name, r.media_type,
                 array(select x.generation from document_generations x where x.document_id = d.id
                          and x.live_revision = g.live_revision order by 1) as generations
            from documents d join knowledge_bases k on k.id = d.knowledge_base_id and k.status <> 'deleting'
            left join document_generations g on g.document_id = d.id and g.generation = k.live_generation
                 and g.live_revision > d.deleted_revision
            left join document_revisions r on r.document_id = d.id and r.revision = g.live_revision
           where d.id > :after and (g.document_id is not null or d.deleted_revision > 0)
           order by d.id limit :page
          """;
  private static final String OPEN = """
      select d.id, d.tenant_id, d.knowledge_base_id, d.external_id, d.deleted_revision, r.revision, r.attempt, r.kind, r.lane,
             r.job_id, r.content_sha256 as sha256, r.size_bytes, r.file_name, r.media_type, r.attributes::text as attributes,
      """
      + ATTRIBUTES
      + """
                , exists (select 1 from contents c where c.tenant_id = r.tenant_id and c.sha256 = r.content_sha256) as stored
            from document_revisions r join documents d on d.id = r.document_id
           where r.state in ('accepting', 'pending', 'processing') and (d.id, r.revision) > (:after, :revision)
           order by d.id, r.revision limit :page
          """;

  private final DatabaseClient client;
  private final Outbox outbox;
  private final TopicNames topics;
  private final AvroCodec codec;
  private final JsonMapper json = JsonMapper.shared();

  public RestoredWork(CatalogDatabase database, TopicNames topics, AvroCodec codec) {
    this.client = database.client();
    this.outbox = new Outbox(database);
    this.topics = topics;
    this.codec = codec;
  }

  /**
   * What was put into the outbox.
   *
   * @param documents of which is said what is live
   * @param revisions sent again
   * @param lost revisions whose content is not kept: they never end by themselves
   */
  public record Announced(long documents, long revisions, long lost) {}

  private record Sent(UUID document, long revision, boolean baseline, @Nullable OutboxRecord message) {}

  /** Appends all of it to the outbox; the records that wait there go to the topics of now. */
  public Mono<Announced> announce(String formerPrefix) {
    return client.sql("""
        update outbox set topic = :prefix || substr(topic, length(:former) + 1) where starts_with(topic, :former)
        """).bind("prefix", topics.prefix()).bind("former", formerPrefix).fetch().rowsUpdated()
        .then(pages(LIVE, this::baseline)).flatMap(first -> pages(OPEN, this::command).map(first::plus))
        .map(it -> new Announced(it.baselines, it.commands, it.lost)).onErrorMap(StoreFailures::translate);
  }

  private record Sum(long baselines, long commands, long lost) {
    Sum plus(Sum more) {
      return new Sum(baselines + more.baselines, commands + more.commands, lost + more.lost);
    }
  }

  private Mono<Sum> pages(String sql, Function<Readable, Sent> reader) {
    return page(sql, reader, new UUID(0, 0), 0)
        .expand(it -> it.size() < PAGE
            ? Mono.empty()
            : page(sql, reader, it.getLast().document(), it.getLast().revision()))
        .concatMap(it -> outbox.append(it.stream().map(Sent::message).filter(Objects::nonNull).toList())
            .thenReturn(sum(it)))
        .reduce(new Sum(0, 0, 0), Sum::plus);
  }

  private Mono<List<Sent>> page(String sql, Function<Readable, Sent> reader, UUID after, long revision) {
    var statement = client.sql(sql).bind("after", after).bind("page", PAGE);
    return (sql.contains(":revision") ? statement.bind("revision", revision) : statement).map(reader).all()
        .collectList();
  }

  private static Sum sum(List<Sent> page) {
    long lost = page.stream().filter(it -> it.message() == null).count();
    long baselines = page.stream().filter(Sent::baseline).count();
    return new Sum(baselines, page.size() - baselines - lost, lost);
  }

  private Sent baseline(Readable row) {
    long live = number(row, "live_revision");
    var sha256 = live > 0 ? row.get("sha256", byte[].class) : null;
    var generations = Arrays.asList(need(row, "generations", Integer[].class));
    var attributes = attributes(row);
    var baseline = Baseline.newBuilder().setContentRevision(Math.max(live, number(row, "deleted_revision")))
        .setAttributesRevision(number(row, "attributes_revision")).setAttempt(need(row, "live_attempt", Integer.class))
        .setContentSha256(sha256 == null ? null : new Sha256(sha256))
        .setAttributesHash(Fingerprints.of(attributes.toAvro())).setFingerprint("").setGenerations(generations)
        .setDeleted(live == 0).setSize(number(row, "size_bytes")).setTitle(attributes.title())
        .setFileName(row.get("file_name", String.class)).setMediaType(row.get("media_type", String.class)).build();
    return new Sent(need(row, "id", UUID.class), 0, true,
        message(row, baseline.getContentRevision(), baseline.getAttempt(), null, baseline, Lane.BULK));
  }

  private Sent command(Readable row) {
    var id = need(row, "id", UUID.class);
    long revision = number(row, "revision");
    int attempt = need(row, "attempt", Integer.class);
    var lane = need(row, "lane", String.class).equals("bulk") ? Lane.BULK : Lane.INTERACTIVE;
    Object command = switch (need(row, "kind", String.class)) {
      case "delete" -> new Delete();
      case "interrupt" -> new Interrupt();
      case "patch" -> new Patch(attributes(row).toAvro());
      default -> need(row, "stored", Boolean.class) ? upsert(row, revision) : null;
    };
    return new Sent(id, revision, false,
        command == null ? null : message(row, revision, attempt, row.get("job_id", UUID.class), command, lane));
  }

  private Upsert upsert(Readable row, long revision) {
    var replacing = row.get("attributes", String.class);
    var attributes = replacing == null ? attributes(row) : AttributesJson.read(json, replacing);
    long deleted = number(row, "deleted_revision");
    return Upsert.newBuilder()
        .setContent(new ContentReference(new Sha256(need(row, "sha256", byte[].class)), number(row, "size_bytes")))
        .setAttributes(attributes.toAvro()).setExternalId(row.get("external_id", String.class))
        .setFileName(row.get("file_name", String.class)).setMediaType(row.get("media_type", String.class))
        .setDeletedRevision(deleted > 0 && deleted < revision ? deleted : null).build();
  }

  private OutboxRecord message(Readable row, long revision, int attempt, @Nullable UUID job, Object command,
      Lane lane) {
    var id = need(row, "id", UUID.class);
    var message = DocumentCommand.newBuilder().setTenantId(need(row, "tenant_id", UUID.class))
        .setKnowledgeBaseId(need(row, "knowledge_base_id", UUID.class)).setDocumentId(id).setRevision(revision)
        .setAttempt(attempt).setJobId(job).setCommand(command).build();
    return new OutboxRecord(topics.of(PipelineTopic.DOCUMENTS, lane), id.toString(), codec.encode(message), Map.of());
  }

  private static DocumentAttributes attributes(Readable row) {
    return new DocumentAttributes(need(row, "title", String.class), need(row, "metadata", String.class),
        row.get("source", String.class),
        Sensitivity.valueOf(need(row, "sensitivity_level", String.class).toUpperCase(Locale.ROOT)),
        List.of(need(row, "acl_users", String[].class)), List.of(need(row, "acl_roles", String[].class)),
        List.of(need(row, "acl_groups", String[].class)));
  }
}
