package io.selfrag.generation.support;

import java.util.List;
import java.util.UUID;

/**
 * How well passages support a sentence.
 *
 * @param score from 0 to 1; {@value #ENOUGH} and more is supported
 * @param places where it is supported, best first, one for each passage that does; empty if none does
 * @param reason why it is not supported, or how it is
 */
public record Support(double score, List<Place> places, String reason) {
  /**
   * @param passage index of the passage
   * @param chunkId of what it has of the sentence: the passage's own chunk, or one that stands around it
   */
  public record Place(int passage, UUID chunkId) {}

  /** From here on a sentence is supported. */
  public static final double ENOUGH = 0.5;

  public Support {
    places = List.copyOf(places);
  }

  /** Indexes of the passages that support it, best first. */
  public List<Integer> passages() {
    return places.stream().map(Place::passage).toList();
  }

  public boolean isEnough() {
    return score >= ENOUGH;
  }
}
