package io.selfrag.query.passages;

import io.selfrag.catalog.search.HitRow.Neighbour;
import io.selfrag.query.retrieve.Passage.Beside;
import java.util.ArrayList;
import java.util.List;

/** What stands around a passage, chunk by chunk, without repeating what overlapping chunks share. */
final class Neighbours {
  private Neighbours() {}

  /** @param passageStart where the passage begins in the document's text */
  static List<Beside> before(List<Neighbour> chunks, int passageStart) {
    var parts = new ArrayList<Beside>();
    for (int i = 0; i < chunks.size(); i++) {
      var chunk = chunks.get(i);
      int end = i + 1 < chunks.size() ? chunks.get(i + 1).charStart() : passageStart;
      parts.add(beside(chunk, chunk.text().substring(0, clamp(end - chunk.charStart(), chunk))));
    }
    return parts;
  }

  /** @param passageEnd where the passage ends in the document's text */
  static List<Beside> after(List<Neighbour> chunks, int passageEnd) {
    var parts = new ArrayList<Beside>();
    int covered = passageEnd;
    for (Neighbour chunk : chunks) {
      parts.add(beside(chunk, chunk.text().substring(clamp(covered - chunk.charStart(), chunk))));
      covered = Math.max(covered, chunk.charEnd());
    }
    return parts;
  }

  private static Beside beside(Neighbour chunk, String text) {
    return new Beside(chunk.chunkId(), text, chunk.pageFrom(), chunk.pageTo());
  }

  private static int clamp(int length, Neighbour chunk) {
    return Math.clamp(length, 0, chunk.text().length());
  }
}
