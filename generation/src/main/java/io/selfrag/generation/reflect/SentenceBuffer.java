package io.selfrag.generation.reflect;

import io.selfrag.generation.text.Sentences;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Cuts what a model writes into sentences as it comes. A sentence is whole once the next one has begun; citations behind its full
 * stop belong to it.
 */
final class SentenceBuffer {
  private static final Pattern CITATIONS = Pattern.compile("[ \\t]*(?:\\[\\d{1,3}(?:\\s*[,，]\\s*\\d{1,3})*][ \\t]*)+");
  private static final Pattern BEGUN_CITATION = Pattern.compile("\\s*(\\[[\\d,，\\s]*)?");

  private final StringBuilder buffer = new StringBuilder();

  /** Takes a piece of text and gives the sentences that it completes, with the white space behind them. */
  List<String> add(String text) {
    buffer.append(text);
    var whole = new ArrayList<String>();
    for (var next = firstWhole(); next > 0; next = firstWhole()) {
      whole.add(buffer.substring(0, next));
      buffer.delete(0, next);
    }
    return whole;
  }

  /** What is left at the end: the last sentence. */
  List<String> rest() {
    var last = buffer.toString();
    buffer.setLength(0);
    return Sentences.of(last).isEmpty() ? List.of() : List.of(last.stripTrailing());
  }

  /** Where the first sentence ends that is certainly whole; 0 if none is. */
  private int firstWhole() {
    var spans = Sentences.spans(buffer.toString());
    if (spans.size() < 2) {
      return 0;
    }
    int end = spans.getFirst().end();
    var behind = CITATIONS.matcher(buffer).region(end, buffer.length());
    if (behind.lookingAt()) {
      end = behind.end();
    }
    if (BEGUN_CITATION.matcher(buffer.substring(end)).matches()) {
      return 0;
    }
    while (end < buffer.length() && Character.isWhitespace(buffer.charAt(end))) {
      end++;
    }
    return end;
  }
}
