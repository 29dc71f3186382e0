package io.selfrag.generation.reflect;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.Evidence.Around;
import io.selfrag.generation.Evidence.Part;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Chooses what of passages a prompt has room for: first the chunks themselves, best first, then what stands around them, nearest first.
 * What one passage has, no other one repeats. One for each answer.
 */
final class FitPassages {
  private static final double SHARE_OF_PASSAGES = 0.6;
  private static final double LATIN_CHARACTERS_A_TOKEN = 3.5;
  private static final int MARKS = 10;

  private final List<Surrounded> chosen = new ArrayList<>();
  private final Set<Place> taken = new HashSet<>();
  private double left;

  private FitPassages(int promptTokens) {
    this.left = promptTokens * SHARE_OF_PASSAGES;
  }

  /** A chunk's place in its document. */
  private record Place(UUID documentId, int ordinal) {}

  /** A passage as far as it has been widened. */
  private final class Surrounded {
    final Evidence evidence;
    final ArrayDeque<Part> before = new ArrayDeque<>();
    final ArrayDeque<Part> after = new ArrayDeque<>();
    boolean isBeginning;
    boolean isEnd;

    Surrounded(Evidence evidence) {
      this.evidence = evidence;
    }

    void widen(int distance) {
      var around = evidence.around();
      int size = around.before().size();
      if (!isBeginning && distance <= size) {
        var part = around.before().get(size - distance);
        isBeginning = !isTaken(around.ordinal() - distance, part.text());
        if (!isBeginning && !repeats(part.text())) {
          before.addFirst(part);
        }
      }
      if (!isEnd && distance <= around.after().size()) {
        var part = around.after().get(distance - 1);
        isEnd = !isTaken(around.ordinal() + distance, part.text());
        if (!isEnd && !repeats(part.text())) {
          after.addLast(part);
        }
      }
    }

    /** Takes a chunk, unless another passage has it or there is no room. */
    private boolean isTaken(int ordinal, String text) {
      double tokens = repeats(text) ? 0 : tokens(text);
      if (tokens > left || !taken.add(new Place(evidence.around().documentId(), ordinal))) {
        return false;
      }
      left -= tokens;
      return true;
    }

    /** A chunk of the parent whose text stands in its chunk's place. */
    private boolean repeats(String text) {
      return evidence.text().contains(text.strip());
    }

    Evidence widened() {
      var around = evidence.around();
      return evidence
          .within(new Around(around.documentId(), around.ordinal(), List.copyOf(before), List.copyOf(after)));
    }
  }

  /** As much of the passages as a prompt of this size holds; at least one. */
  static List<Evidence> of(List<Evidence> passages, int promptTokens) {
    var fit = new FitPassages(promptTokens);
    passages.forEach(fit::choose);
    int widest = passages.stream().map(Evidence::around)
        .mapToInt(it -> Math.max(it.before().size(), it.after().size())).max().orElse(0);
    for (int distance = 1; distance <= widest; distance++) {
      int reached = distance;
      fit.chosen.forEach(it -> it.widen(reached));
    }
    return fit.chosen.stream().map(Surrounded::widened).toList();
  }

  private void choose(Evidence passage) {
    double tokens = tokens(passage.text()) + tokens(passage.title()) + MARKS;
    if (left < tokens && !chosen.isEmpty()) {
      // What is worse is not read in the place of what is better.
      left = 0;
      return;
    }
    left -= tokens;
    chosen.add(new Surrounded(passage));
    taken.add(new Place(passage.around().documentId(), passage.around().ordinal()));
  }

  private static double tokens(String text) {
    long ideographs = text.codePoints().filter(Character::isIdeographic).count();
    return ideographs + (text.length() - ideographs) / LATIN_CHARACTERS_A_TOKEN;
  }
}
