package io.selfrag.chunker.order;

import io.selfrag.schemas.Lane;
import io.selfrag.schemas.avro.ArrivalMark;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.DocumentState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A command whose place among the document's revisions is settled (S1).
 *
 * @param revision the command's own, or the one that follows from its arrival
 */
public record RevisionedCommand(DocumentCommand command, long revision, Arrival arrival) {
  private static final int MICROS_PER_MILLI = 1000;

  /** True if it came from an external producer: nobody has seen its revision before. */
  public boolean external() {
    return command.getRevision() == null;
  }

  public DocumentKey key() {
    return DocumentKey.of(command);
  }

  public int attempt() {
    return command.getAttempt();
  }

  /**
   * Settles the revision. One of its own is taken; else it is the append time in microseconds, and within a lane each is
   * above the one before. That is a function of the lane's log alone, so reading the log again gives the same revisions.
   *
   * @return nothing if a command without a revision was read before
   */
  public static Optional<RevisionedCommand> of(@Nullable DocumentState before, DocumentCommand command,
      Arrival arrival) {
    Long own = command.getRevision();
    if (own != null) {
      return Optional.of(new RevisionedCommand(command, own, arrival));
    }
    ArrivalMark last = mark(before, arrival.lane());
    long appended = arrival.appendedAt().toEpochMilli();
    // The time is compared too: a topic made anew counts its offsets from 0.
    if (last != null && arrival.offset() <= last.getOffset() && appended <= last.getTimestamp()) {
      return Optional.empty();
    }
    long byTime = appended * MICROS_PER_MILLI + arrival.offset() % MICROS_PER_MILLI;
    long revision = last == null ? byTime : Math.max(byTime, last.getRevision() + 1);
    return Optional.of(new RevisionedCommand(command, revision, arrival));
  }

  /** Leaves the mark by which the next command without a revision is placed. */
  void leaveMark(DocumentState.Builder state) {
    if (!external()) {
      return;
    }
    var mark = new ArrivalMark(arrival.offset(), arrival.appendedAt().toEpochMilli(), revision);
    if (arrival.lane() == Lane.BULK) {
      state.setBulkMark(mark);
    } else {
      state.setInteractiveMark(mark);
    }
  }

  private static @Nullable ArrivalMark mark(@Nullable DocumentState state, Lane lane) {
    if (state == null) {
      return null;
    }
    return lane == Lane.BULK ? state.getBulkMark() : state.getInteractiveMark();
  }
}
