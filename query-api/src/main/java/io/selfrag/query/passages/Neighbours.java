package io.selfrag.query.passages;

import io.selfrag.catalog.search.HitRow.Neighbour;
import java.util.ArrayList;
import java.util.List;

/** Puts the text around a passage together without repeating what overlapping chunks share. */
final class Neighbours {
  private static final String SEPARATOR = "\n";

  private Neighbours() {}

  /** @param passageStart where the passage begins in the document's text */
  static String before(List<Neighbour> chunks, int passageStart) {
    var parts = new ArrayList<String>();
    for (int i = 0; i < chunks.size(); i++) {
      var chunk = chunks.get(i);
      int end = i + 1 < chunks.size() ? chunks.get(i + 1).charStart() : passageStart;
      parts.add(chunk.text().substring(0, clamp(end - chunk.charStart(), chunk)));
    }
    return joined(parts);
  }

  /** @param passageEnd where the passage ends in the document's text */
  static String after(List<Neighbour> chunks, int passageEnd) {
    var parts = new ArrayList<String>();
    int covered = passageEnd;
    for (Neighbour chunk : chunks) {
      parts.add(chunk.text().substring(clamp(covered - chunk.charStart(), chunk)));
      covered = Math.max(covered, chunk.charEnd());
    }
    return joined(parts);
  }

  private static int clamp(int length, Neighbour chunk) {
    return Math.clamp(length, 0, chunk.text().length());
  }

  private static String joined(List<String> parts) {
    return String.join(SEPARATOR, parts.stream().filter(part -> !part.isBlank()).toList());
  }
}
