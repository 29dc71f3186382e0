package io.selfrag.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.catalog.outbox.Outbox;
import io.selfrag.catalog.outbox.OutboxDrain;
import io.selfrag.catalog.outbox.OutboxRecord;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboxDrainIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private TestCatalog catalog;
  private OutboxDrain drain;

  @BeforeEach
  void open() {
    catalog = new TestCatalog();
    drain = new OutboxDrain(catalog.database());
    sql("truncate outbox");
  }

  @AfterEach
  void close() {
    sql("truncate outbox");
    catalog.close();
  }

  @Test
  void withNothingToSendThereIsNothingToWaitFor() {
    drain.await(LIMIT).block(LIMIT);
  }

  @Test
  void whatIsNotSentInTimeIsSaidToWaitForTheBrokers() {
    append();

    assertThatThrownBy(() -> drain.await(Duration.ofMillis(200)).block(LIMIT)).isInstanceOfSatisfying(
        SelfRagException.class, it -> assertThat(it.code()).isEqualTo(ErrorCode.BROKER_UNAVAILABLE));
  }

  @Test
  void itEndsOnceWhatWasThereIsSent() {
    append();
    var drained = drain.await(LIMIT).toFuture();
    assertThat(drained).isNotDone();

    sql("delete from outbox");

    assertThat(drained).succeedsWithin(LIMIT);
  }

  private void append() {
    new Outbox(catalog.database()).append(List.of(new OutboxRecord("topic", "key", new byte[1], Map.of())))
        .block(LIMIT);
  }

  private void sql(String statement) {
    catalog.database().client().sql(statement).fetch().rowsUpdated().block(LIMIT);
  }
}
