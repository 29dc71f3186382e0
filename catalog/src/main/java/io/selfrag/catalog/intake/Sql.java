package io.selfrag.catalog.intake;

import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.util.retry.Retry;

/** What every repository of this package does to rows and parameters. */
final class Sql {
  /** A deadlock or a lost race with another transaction: the whole transaction is simply run again. */
  static final Retry LOST_RACES = Retry.backoff(4, Duration.ofMillis(10)).filter(Sql::isLostRace)
      .onRetryExhaustedThrow((spec, signal) -> signal.failure());

  private Sql() {}

  static GenericExecuteSpec bind(GenericExecuteSpec spec, String name, Class<?> type, @Nullable Object value) {
    return value == null ? spec.bindNull(name, type) : spec.bind(name, value);
  }

  static <T> T need(Readable row, String column, Class<T> type) {
    return Objects.requireNonNull(row.get(column, type), column);
  }

  static long number(Readable row, String column) {
    return need(row, column, Long.class);
  }

  static @Nullable Instant instant(Readable row, String column) {
    var at = row.get(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }

  static UUID[] uuids(Collection<UUID> ids) {
    return ids.toArray(UUID[]::new);
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
