package io.selfrag.query.operations.kafka;

import io.selfrag.query.operations.Spot;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Says when records were written, by asking the broker's index of times: looking for the time whose first record is the one in
 * question reads no record, and records may be whole documents. Right to a few per cent of the age, which is what a person wants
 * to know of it.
 */
public final class WaitingSince {
  private static final Duration LONGEST = Duration.ofDays(8);
  private static final int REFINEMENTS = 5;

  private final Admin admin;
  private final InstantSource clock;

  /** @param admin not closed by this */
  public WaitingSince(Admin admin, InstantSource clock) {
    this.admin = admin;
    this.clock = clock;
  }

  /** The record was written after {@code after} and not after {@code until}. */
  private record Bracket(Instant after, Instant until) {
    Instant middle() {
      return after.plus(Duration.between(after, until).dividedBy(2));
    }
  }

  /**
   * When each record was written, with all partitions looked at together. Blocks.
   *
   * @param offsets one record of each partition
   * @throws SelfRagException {@code BROKER_UNAVAILABLE}
   */
  public Map<Spot, Instant> of(Map<Spot, Long> offsets) {
    try {
      var now = clock.instant();
      var brackets = new HashMap<Spot, Bracket>();
      var until = now;
      var open = new HashSet<>(offsets.keySet());
      for (Duration age = Duration.ofSeconds(1); !open.isEmpty(); age = age.multipliedBy(2)) {
        var after = now.minus(age);
        var older = age.compareTo(LONGEST) > 0 ? Set.<Spot>of() : writtenBefore(at(open, after), offsets);
        for (Spot spot : open) {
          if (!older.contains(spot)) {
            brackets.put(spot, new Bracket(after, until));
          }
        }
        open.retainAll(older);
        until = after;
      }
      for (int i = 0; i < REFINEMENTS && !brackets.isEmpty(); i++) {
        var middles = new HashMap<Spot, Instant>();
        brackets.forEach((spot, bracket) -> middles.put(spot, bracket.middle()));
        var older = writtenBefore(middles, offsets);
        brackets.replaceAll((spot, bracket) -> older.contains(spot)
            ? new Bracket(bracket.after(), bracket.middle())
            : new Bracket(bracket.middle(), bracket.until()));
      }
      var written = new HashMap<Spot, Instant>();
      brackets.forEach((spot, bracket) -> written.put(spot, bracket.middle()));
      return written;
    } catch (ExecutionException | TimeoutException e) {
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "the broker does not say how old records are", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "interrupted while reading how old records are", e);
    }
  }

  private static Map<Spot, Instant> at(Set<Spot> spots, Instant time) {
    var times = new HashMap<Spot, Instant>();
    spots.forEach(it -> times.put(it, time));
    return times;
  }

  /** Those whose record was written before the time: the first record from then on is a later one, or there is none. */
  private Set<Spot> writtenBefore(Map<Spot, Instant> times, Map<Spot, Long> offsets)
      throws ExecutionException, InterruptedException, TimeoutException {
    var wanted = new HashMap<TopicPartition, OffsetSpec>();
    times.forEach((spot, time) -> wanted.put(new TopicPartition(spot.topic(), spot.partition()),
        OffsetSpec.forTimestamp(time.toEpochMilli())));
    var older = new HashSet<Spot>();
    PipelineReader.get(admin.listOffsets(wanted, PipelineReader.committedOnly()).all()).forEach((partition, first) -> {
      var spot = PipelineReader.spot(partition);
      if (first.offset() < 0 || first.offset() > offsets.getOrDefault(spot, 0L)) {
        older.add(spot);
      }
    });
    return older;
  }
}
