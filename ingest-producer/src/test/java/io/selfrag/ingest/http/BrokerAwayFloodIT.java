package io.selfrag.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.ingest.NothingBlocks;
import io.selfrag.ingest.Service;
import io.selfrag.ingest.Service.Answer;
import io.selfrag.ingest.Service.Tenant;
import io.selfrag.schemas.Lane;
import io.selfrag.servers.LocalBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** S3 while the broker is away and many come at once: each waits its turn no longer than it would wait for the broker. */
@ExtendWith(NothingBlocks.class)
class BrokerAwayFloodIT {
  private static final int UPLOADS = 100;
  private static final Duration ACK_LIMIT = Duration.ofSeconds(3);
  /** For the work of so many requests on a busy machine. Four turns at a time, of ten seconds each, took four minutes. */
  private static final Duration MARGIN = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir
  private Path folder;

  @Test
  void s3AHundredUploadsAtOnceAreAllRefusedInTimeAndEachSucceedsOnceAfterwards() {
    var broker = new LocalBroker(folder.resolve("broker"), 0);
    broker.start();
    try (var service = new Service(broker.bootstrapServers(), Map.of("INGEST_ACK_TIMEOUT", ACK_LIMIT.toSeconds() + "s"),
        List.of())) {
      var tenant = service.tenant();
      // Nothing was sent before, so the producer knows no partition, and each send waits for one.
      broker.stop();
      long start = System.nanoTime();

      var refused = uploads(service, tenant);

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(ACK_LIMIT.plus(MARGIN));
      assertThat(refused).hasSize(UPLOADS).allSatisfy(it -> {
        assertThat(it.status()).isEqualTo(503);
        assertThat(it.code()).isEqualTo("BROKER_UNAVAILABLE");
        assertThat(Integer.parseInt(it.header("Retry-After"))).isPositive();
      });
      broker.start();

      var accepted = await().atMost(PATIENCE).until(() -> uploads(service, tenant),
          it -> it.stream().allMatch(answer -> answer.status() == 202));

      var ids = accepted.stream().map(it -> it.at("/document_id")).collect(Collectors.toSet());
      assertThat(ids).hasSize(UPLOADS);
      assertThat(service.column("select id from documents where tenant_id = '" + tenant.id() + "'"))
          .containsExactlyInAnyOrderElementsOf(ids);
      assertThat(service.value("select doc_count from tenant_counters where tenant_id = '" + tenant.id() + "'"))
          .isEqualTo(String.valueOf(UPLOADS));
      var sent = List.of(Lane.values()).stream().flatMap(lane -> service.commands(lane).stream())
          .map(it -> it.key() + " " + it.command().getRevision()).toList();
      assertThat(sent).doesNotHaveDuplicates();
      assertThat(sent)
          .containsAll(service.column("select id || ' ' || last_revision from documents where tenant_id = '"
              + tenant.id() + "'"));
    } finally {
      broker.stop();
    }
  }

  private static List<Answer> uploads(Service service, Tenant tenant) {
    return IntStream.range(0, UPLOADS)
        .mapToObj(it -> service.sendAsync("POST", tenant.writeKey(), tenant.documents(),
            "{\"title\":\"t\",\"content\":\"" + it + "\",\"wait\":0}", "Idempotency-Key", "flood-" + it))
        .toList().stream().map(CompletableFuture::join).toList();
  }
}
