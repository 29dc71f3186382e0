package io.selfrag.catalog;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientException;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionException;

/** Turns the drivers' exceptions into ours: a database that is away, slow or asks to try again is transient. */
public final class StoreFailures {
  /** Of PostgreSQL's states, those that say something of the server and nothing of the statement. */
  private static final Set<String> OUTAGE_CLASSES = Set.of("08", "40", "53", "55", "57", "58");
  /** Read only because it is a standby, or not any more what it was; broken on disk. */
  private static final Set<String> OUTAGE_STATES = Set.of("25006", "XX001", "XX002");

  private StoreFailures() {}

  /** The same failure as a {@link SelfRagException} if it is one of the store's, else the throwable itself. */
  public static Throwable translate(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SelfRagException) {
        return cause;
      }
      if (isTransient(cause)) {
        return new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "the database cannot be reached or is too slow",
            failure);
      }
    }
    return failure;
  }

  private static boolean isTransient(Throwable failure) {
    return switch (failure) {
      case R2dbcRollbackException _,R2dbcTimeoutException _,R2dbcTransientException _ -> true;
      // The driver's drawer for whatever it does not know, refusals of one statement among them.
      case R2dbcNonTransientResourceException it -> saysOutage(it);
      case TransientDataAccessException _,CannotCreateTransactionException _ -> true;
      case TransactionException it -> it.getCause() instanceof IOException;
      case TimeoutException _ -> true;
      default -> false;
    };
  }

  private static boolean saysOutage(R2dbcException failure) {
    var state = failure.getSqlState();
    // Without a state it is the driver that speaks: a connection is gone.
    return state == null || state.length() != 5 || OUTAGE_STATES.contains(state)
        || OUTAGE_CLASSES.contains(state.substring(0, 2));
  }
}
