package io.selfrag.ingest.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.ingest.Answers;
import io.selfrag.ingest.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

class UpkeepIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  @TempDir
  private Path folder;

  @Test
  void whatNobodyNeedsAnyMoreGoesAndEverythingElseStays() throws IOException {
    try (var service = new Service(Map.of("UPLOAD_TEMP_DIR", folder, "INGEST_UPKEEP_EVERY", "1h"))) {
      var tenant = service.tenant();
      service.sql("insert into contents (tenant_id, sha256, size_bytes, parts, referenced_at) values ('" + tenant.id()
          + "', '\\x01', 1, 1, now() - interval '49 hours'), ('" + tenant.id()
          + "', '\\x02', 1, 1, now() - interval '47 hours')");
      for (String key : new String[]{"old", "new"}) {
        Answers.ok(202, service.post(tenant.writeKey(), tenant.documents(),
            "{\"title\":\"t\",\"content\":\"c\",\"wait\":0}", "Idempotency-Key", key));
      }
      service.sql("update idempotency_keys set created_at = now() - interval '25 hours' where key = 'old'");
      var left = aged("selfrag-upload-1.part", 25);
      var inUse = aged("selfrag-upload-2.part", 23);
      var foreign = aged("somebody-elses.part", 1000);

      service.context.getBean("upkeep", Upkeep.class).round().block(LIMIT);

      assertThat(service.column("select encode(sha256, 'hex') from contents")).containsExactly("02");
      assertThat(service.column("select key from idempotency_keys")).containsExactly("new");
      assertThat(left).doesNotExist();
      assertThat(inUse).exists();
      assertThat(foreign).exists();
    }
  }

  @Test
  void aChoreThatFailsKeepsNoOtherFromBeingDone() {
    var done = new AtomicInteger();
    var chores = new LinkedHashMap<String, Upkeep.Chore>();
    chores.put("a", () -> Mono.error(new IllegalStateException("on purpose")));
    chores.put("b", () -> Mono.fromSupplier(() -> (long) done.incrementAndGet()));
    chores.put("c", () -> {
      throw new IllegalStateException("on purpose, at once");
    });
    chores.put("d", () -> Mono.fromSupplier(() -> (long) done.incrementAndGet()));

    new Upkeep(chores, Duration.ofHours(1)).round().block(LIMIT);

    assertThat(done).hasValue(2);
  }

  private Path aged(String name, int hours) throws IOException {
    var file = Files.writeString(folder.resolve(name), "x");
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(hours))));
  }
}
