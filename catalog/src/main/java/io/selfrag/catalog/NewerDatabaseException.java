package io.selfrag.catalog;

/** The database was brought up to date by a newer version of this program, which this one may not understand. */
public final class NewerDatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NewerDatabaseException(String its, String ours) {
    super("The database was written by a newer version of this program (its schema is " + its
        + ", this version knows " + ours + "): start that version.");
  }
}
