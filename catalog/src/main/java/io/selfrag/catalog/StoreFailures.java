package io.selfrag.catalog;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientException;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.io.IOException;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionException;

/** Turns the drivers' exceptions into ours: a database that is away, slow or asks to try again is transient. */
public final class StoreFailures {
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
    return failure instanceof R2dbcNonTransientResourceException || failure instanceof R2dbcRollbackException
        || failure instanceof R2dbcTimeoutException || failure instanceof R2dbcTransientException
        || failure instanceof TransientDataAccessException || failure instanceof QueryTimeoutException
        || failure instanceof NonTransientDataAccessResourceException
        || failure instanceof CannotCreateTransactionException
        || (failure instanceof TransactionException && failure.getCause() instanceof IOException);
  }
}
