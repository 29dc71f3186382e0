package io.selfrag.catalog.outbox;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Waits until what is in the outbox has been sent, for changes that what follows must not overtake. */
public final class OutboxDrain {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(25);

  private final DatabaseClient client;

  public OutboxDrain(CatalogDatabase database) {
    this.client = database.client();
  }

  /**
   * Completes once the brokers have all that was in the outbox when this was subscribed to.
   *
   * @throws SelfRagException {@code BROKER_UNAVAILABLE} if that takes longer than the limit; it is sent later all the same
   */
  public Mono<Void> await(Duration limit) {
    return newest().flatMap(last -> waits(last).filter(waiting -> !waiting)
        .repeatWhenEmpty(looks -> looks.delayElements(LOOK_AGAIN))).then()
        .timeout(limit).onErrorMap(TimeoutException.class, e -> new SelfRagException(ErrorCode.BROKER_UNAVAILABLE,
            "the change is stored, but not yet in force: the brokers have not taken it; it is safe to send it again",
            e));
  }

  private Mono<Long> newest() {
    return client.sql("select coalesce(max(id), 0) from outbox").mapValue(Long.class).one()
        .onErrorMap(StoreFailures::translate);
  }

  private Mono<Boolean> waits(long last) {
    return client.sql("select exists (select from outbox where id <= :last)").bind("last", last)
        .mapValue(Boolean.class).one().onErrorMap(StoreFailures::translate);
  }
}
