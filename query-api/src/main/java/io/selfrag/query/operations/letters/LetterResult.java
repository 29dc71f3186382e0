package io.selfrag.query.operations.letters;

import io.selfrag.catalog.intake.RetryStanding;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the replay of one letter came to, and why.
 *
 * @param code of a failure; null otherwise
 */
public record LetterResult(UUID id, Outcome outcome, @Nullable String code, String reason) {
  /** What a replay came to. */
  public enum Outcome {
    /** It is being done again, or was to a good end. */
    REPLAYED,
    /** It would be done again; it was only asked. */
    WOULD_REPLAY,
    /** There is nothing to be done again. */
    SKIPPED,
    /** It could not be sent. */
    FAILED,
    /** It was done again and was given up again. */
    FAILED_AGAIN
  }

  static LetterResult replayed(UUID id) {
    return new LetterResult(id, Outcome.REPLAYED, null, "it is processed again");
  }

  static LetterResult wouldReplay(UUID id) {
    return new LetterResult(id, Outcome.WOULD_REPLAY, null, "it would be processed again");
  }

  static LetterResult skipped(UUID id, RetryStanding standing) {
    return new LetterResult(id, Outcome.SKIPPED, null, switch (standing) {
      case UNKNOWN -> "the tenant has no such document";
      case MOVED_ON -> "the document has a newer version or was deleted";
      case ENDED -> "this version has been processed since";
      // A revision that became retryable a moment after it was not: another replay got it.
      case UNDER_WAY, RETRYABLE -> "this version is being processed again already";
    });
  }
}
