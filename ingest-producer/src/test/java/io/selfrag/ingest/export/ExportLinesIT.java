package io.selfrag.ingest.export;

import static io.selfrag.ingest.Answers.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.intake.ContentStore;
import io.selfrag.catalog.intake.ExportReads;
import io.selfrag.ingest.NothingBlocks;
import io.selfrag.ingest.Service;
import io.selfrag.ingest.Service.Tenant;
import io.selfrag.schemas.Ids;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** A knowledge base as lines, while it is written to and by readers that are slow or go. */
@ExtendWith(NothingBlocks.class)
class ExportLinesIT {
  private static final Service SERVICE = Service.shared();
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int LONG = 120;

  private final Tenant tenant = SERVICE.tenant();
  private final AtomicInteger pages = new AtomicInteger();

  @Test
  void everyDocumentOfManyPagesIsALineWithEachOfItsChunksAndThenTheAnswerEnds() {
    int count = 65;
    var documents = IntStream.range(0, count).mapToObj(i -> "{\"title\":\"t" + i + "\",\"content\":\"c" + i
        + "\",\"external_id\":\"" + i + "\"}").collect(Collectors.joining(","));
    ok(202, SERVICE.post(tenant.writeKey(), tenant.documents() + "/batch", "{\"documents\":[" + documents + "]}"));
    IntStream.range(0, count).forEach(i -> indexed(i, 1, i == 7 ? LONG : 2));

    var answer = SERVICE.get(tenant.readKey(), tenant.documents() + "/export");

    assertThat(ok(200, answer).header("Content-Type")).isEqualTo("application/x-ndjson");
    assertThat(answer.lines()).extracting(it -> it.path("external_id").asString()).doesNotHaveDuplicates()
        .hasSize(count);
    assertThat(answer.lines()).allSatisfy(it -> {
      assertThat(it.path("content").asString()).as("of the chunks: the pipeline keeps originals")
          .startsWith("c0\n\nc1");
      assertThat(ordinals(it)).isEqualTo(IntStream.range(0, it.path("external_id").asInt() == 7 ? LONG : 2).boxed()
          .toList());
    });
  }

  @Test
  void aDocumentThatIsReplacedBeforeItsLineIsWrittenAsItIsThenAndOneThatIsDeletedIsLeftOut() {
    List.of(0, 1, 2, 3).forEach(i -> document(i, 1, 2));
    var inOrder = IntStream.range(0, 4).boxed().sorted((a, b) -> id(a).compareTo(id(b))).toList();
    var reader = read();
    reader.take(it -> it.contains("\"content\""));

    document(inOrder.get(2), 2, 3);
    ok(204, SERVICE.delete(tenant.writeKey(), "/v1/documents/" + id(inOrder.get(3))));
    SERVICE.sql("update documents set deleted_revision = 9e15::bigint where id = '" + id(inOrder.get(3)) + "'");
    SERVICE.sql("delete from chunks where document_id = '" + id(inOrder.get(3)) + "'");
    var lines = reader.rest();

    assertThat(lines).extracting(it -> it.path("external_id").asInt()).isEqualTo(inOrder.subList(0, 3));
    assertThat(lines).extracting(it -> it.at("/exported/version").asInt()).containsExactly(1, 1, 2);
    assertThat(ordinals(lines.get(2))).containsExactly(0, 1, 2);
  }

  @Test
  void whatAKeyMayNotReadIsNoLineForIt() {
    document(0, 1, 1);
    ok(202, SERVICE.send("PUT", tenant.writeKey(), tenant.documents() + "/by-external-id/1",
        "{\"title\":\"t\",\"content\":\"hidden\",\"acl_users\":[\"someone\"],\"wait\":0}"));
    indexed(1, 1, 1);

    assertThat(exportedTo(tenant.readKey())).containsExactly("0");
    assertThat(exportedTo(tenant.adminKey())).containsExactlyInAnyOrder("0", "1");
  }

  private List<String> exportedTo(String key) {
    return ok(200, SERVICE.get(key, tenant.documents() + "/export")).lines().stream()
        .map(it -> it.path("external_id").asString()).toList();
  }

  @Test
  void aLongOneThatIsReplacedWithinItsLineSaysSoAndFollowsAgain() {
    document(0, 1, LONG);
    var reader = read();
    reader.take(it -> it.contains("\"ordinal\":10,"));

    document(0, 2, LONG + 1);
    var lines = reader.rest();

    assertThat(lines).hasSize(2);
    assertThat(lines.get(0).at("/exported/superseded").asBoolean()).isTrue();
    assertThat(lines.get(1).at("/exported/superseded").isMissingNode()).isTrue();
    assertThat(lines.get(1).at("/exported/version").asInt()).isEqualTo(2);
    assertThat(ordinals(lines.get(1))).hasSize(LONG + 1);
  }

  @Test
  void aReaderThatIsSlowIsWaitedForAndNothingIsReadForOneThatIsGone() {
    IntStream.range(0, 65).forEach(i -> document(i, 1, 1));
    var reader = read();
    reader.take(it -> it.contains("\"content\""));
    assertThat(pages.get()).isLessThanOrEqualTo(2);

    reader.cancel();

    assertThat(reader.pieces).isEmpty();
    assertThat(pages.get()).isLessThanOrEqualTo(2);
  }

  private String id(int number) {
    return Ids.documentId(tenant.knowledgeBase(), String.valueOf(number)).toString();
  }

  private void document(int number, int version, int chunks) {
    ok(202, SERVICE.send("PUT", tenant.writeKey(), tenant.documents() + "/by-external-id/" + number,
        "{\"title\":\"t\",\"content\":\"" + number + " " + version + "\",\"wait\":0}"));
    SERVICE.sql("delete from chunks where document_id = '" + id(number) + "'");
    indexed(number, version, chunks);
  }

  private void indexed(int number, int version, int chunks) {
    SERVICE.indexed(id(number), version, chunks);
    SERVICE.sql(
        """
            insert into chunks (id, tenant_id, knowledge_base_id, document_id, generation, revision, attempt, ordinal, text,
                                char_start, char_end, heading_path, tokens, language, model)
            select gen_random_uuid(), tenant_id, knowledge_base_id, document_id, 1, live_revision, live_attempt, i, 'c' || i,
                   i * 9, i * 9 + 5, '{}', 1, 'en', 'm'
              from document_generations, generate_series(0, %d - 1) i where document_id = '%s'
            """
            .formatted(chunks, id(number)));
  }

  private static List<Integer> ordinals(JsonNode line) {
    return line.at("/exported/chunks").valueStream().map(it -> it.path("ordinal").asInt()).toList();
  }

  private Reader read() {
    var database = SERVICE.context.getBean(CatalogDatabase.class);
    var reader = new Reader();
    new ExportLines(new ExportReads(database), new ContentStore(database), Service.JSON)
        .of(tenant.id(), tenant.knowledgeBase(), null, new ExportOptions(true, false, false, false),
            Mono.<Void>empty().doOnSubscribe(_ -> pages.incrementAndGet()))
        .subscribe(reader);
    return reader;
  }

  /** Takes a piece at a time. */
  private static final class Reader extends BaseSubscriber<byte[]> {
    private static final String END = "";

    private final BlockingQueue<String> pieces = new LinkedBlockingQueue<>();
    private final StringBuilder taken = new StringBuilder();

    @Override
    protected void hookOnSubscribe(Subscription subscription) {}

    @Override
    protected void hookOnNext(byte[] piece) {
      pieces.add(new String(piece, StandardCharsets.UTF_8));
    }

    @Override
    protected void hookOnComplete() {
      pieces.add(END);
    }

    @Override
    protected void hookOnError(Throwable failure) {
      pieces.add(failure.toString());
    }

    private String next() {
      request(1);
      try {
        var piece = pieces.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(piece).as("after " + taken).isNotNull();
        taken.append(piece);
        return piece;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Up to a piece like this. */
    void take(Predicate<String> isSo) {
      while (!isSo.test(next())) {
        assertThat(taken.length()).isLessThan(1_000_000);
      }
    }

    /** All lines, those that were taken before among them. */
    List<JsonNode> rest() {
      take(String::isEmpty);
      return taken.toString().lines().map(Service.JSON::readTree).toList();
    }
  }
}
