package io.selfrag.chunker.split;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.selfrag.embedding.TokenCounter;

/**
 * Makes chunks of stretches: trims them, counts them as the model will, cuts again what the index took for shorter than it
 * is, and adds page, headings and context.
 */
final class ChunkAssembler {
  private final Outline outline;
  private final Breaks breaks;
  private final TokenIndex index;
  private final TokenCounter counter;
  private final int limit;
  private final int contextTokens;
  private final Map<String, String> fittedContexts = new HashMap<>();
  private final List<TextChunk> chunks = new ArrayList<>();

  ChunkAssembler(Outline outline, Breaks breaks, TokenIndex index, ChunkSize size, TokenCounter counter) {
    this.outline = outline;
    this.breaks = breaks;
    this.index = index;
    this.counter = counter;
    this.limit = size.limit();
    this.contextTokens = size.contextTokens();
  }

  /** Adds the stretch as one chunk, or as several if it is over the limit; nothing if it is blank. */
  void add(Range range) {
    String all = index.text();
    int start = range.start();
    int end = range.end();
    while (start < end && Character.isWhitespace(all.charAt(start))) {
      start++;
    }
    while (end > start && Character.isWhitespace(all.charAt(end - 1))) {
      end--;
    }
    if (start == end) {
      return;
    }
    String text = all.substring(start, end);
    int tokens = counter.count(text);
    boolean single = text.codePointCount(0, text.length()) == 1;
    if (!single && (tokens > limit || text.length() > TokenIndex.maxCharacters(limit))) {
      int middle = middle(start, end);
      add(new Range(start, middle));
      add(new Range(middle, end));
      return;
    }
    List<String> path = outline.headingPath(start);
    chunks.add(new TextChunk(text, start, end, outline.page(start), outline.page(end - 1), path, tokens,
        context(path, outline.tableHeader(start)), null));
  }

  private int middle(int start, int end) {
    int quarter = (end - start) / 4;
    int structural = breaks.best(start + quarter, end - quarter, Breaks.LINE);
    if (structural > start && structural < end) {
      return structural;
    }
    int upTo = Math.min(end - 1, start + (end - start) / 2 + quarter);
    int fine = FineCut.in(index.text(), start + quarter, Math.max(upTo, start + 1));
    int whole = index.wholeCharacter(fine);
    return whole < end ? whole : index.wholeCharacter(start + 1);
  }

  private String context(List<String> path, @Nullable String tableHeader) {
    String headings = String.join(" > ", path);
    String both = tableHeader == null ? headings : headings.isEmpty() ? tableHeader : headings + "\n" + tableHeader;
    return both.isEmpty() ? both : fittedContexts.computeIfAbsent(both, this::fit);
  }

  /** Keeps the end: the innermost heading says most about the chunk. */
  private String fit(String context) {
    String fitted = context;
    while (!fitted.isEmpty() && counter.count(fitted) > contextTokens) {
      int[] ends = counter.tokenEnds(fitted);
      int drop = Math.max(1, ends.length - contextTokens);
      int from = drop >= ends.length ? fitted.length() : ends[drop - 1];
      boolean insidePair = from < fitted.length() && Character.isLowSurrogate(fitted.charAt(from));
      fitted = fitted.substring(insidePair ? from + 1 : from).strip();
    }
    return fitted;
  }

  List<TextChunk> chunks() {
    return List.copyOf(chunks);
  }
}
