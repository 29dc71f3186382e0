package io.selfrag.embedding.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The pieces of words that a model knows, and whether it tells upper case from lower case. Immutable. */
final class WordPieceVocabulary {
  private static final String CONTINUES = "##";

  private final Set<String> starts;
  private final Set<String> continuations;
  private final int longest;
  private final int longestWord;
  private final boolean lowerCase;

  private WordPieceVocabulary(Set<String> starts, Set<String> continuations, int longestWord, boolean lowerCase) {
    this.starts = starts;
    this.continuations = continuations;
    this.longest = Math.max(longest(starts), longest(continuations));
    this.longestWord = longestWord;
    this.lowerCase = lowerCase;
  }

  /** Reads the tokenizer's own description; one that is not made as {@link WordPieceCounter} counts is refused. */
  static WordPieceVocabulary load(OnnxModel model) {
    try (InputStream json = WordPieceVocabulary.class.getResourceAsStream(model.tokenizerResource())) {
      if (json == null) {
        throw new IllegalStateException("no tokenizer of " + model.id().key() + " on the class path");
      }
      return of(JsonMapper.shared().readTree(json));
    } catch (IOException e) {
      throw new UncheckedIOException("the tokenizer of " + model.id().key() + " cannot be read", e);
    }
  }

  private static WordPieceVocabulary of(JsonNode tokenizer) {
    JsonNode words = tokenizer.path("model");
    JsonNode normalizer = tokenizer.path("normalizer");
    boolean known = words.path("type").asString("").equals("WordPiece")
        && words.path("continuing_subword_prefix").asString("").equals(CONTINUES)
        && normalizer.path("type").asString("").equals("BertNormalizer")
        && normalizer.path("clean_text").asBoolean(false) && normalizer.path("handle_chinese_chars").asBoolean(false)
        && normalizer.path("strip_accents").isNull()
        && tokenizer.path("pre_tokenizer").path("type").asString("").equals("BertPreTokenizer");
    if (!known) {
      throw new IllegalStateException("the tokenizer is no WordPiece tokenizer as BERT has it");
    }
    var starts = new HashSet<String>();
    var continuations = new HashSet<String>();
    words.path("vocab").propertyNames().forEach(piece -> {
      starts.add(piece);
      if (piece.startsWith(CONTINUES)) {
        continuations.add(piece.substring(CONTINUES.length()));
      }
    });
    return new WordPieceVocabulary(starts, continuations, words.path("max_input_chars_per_word").asInt(0),
        normalizer.path("lowercase").asBoolean(false));
  }

  private static int longest(Set<String> pieces) {
    return pieces.stream().mapToInt(String::length).max().orElse(1);
  }

  /** Whether words are made lower-case and lose their accents before they are looked up. */
  boolean lowerCase() {
    return lowerCase;
  }

  /**
   * Cuts a word into the longest known pieces from the left; a word with an unknown rest, or a giant one, is one token.
   *
   * @param word normalised
   * @param ends receives the end of each piece
   * @return how many pieces
   */
  int cut(String word, int[] ends) {
    int length = word.length();
    if (length > longestWord) {
      ends[0] = length;
      return 1;
    }
    int pieces = 0;
    Set<String> known = starts;
    for (int from = 0; from < length; known = continuations) {
      int to = Math.min(length, from + longest);
      while (to > from && !known.contains(word.substring(from, to))) {
        to--;
      }
      if (to == from) {
        ends[0] = length;
        return 1;
      }
      ends[pieces++] = to;
      from = to;
    }
    return pieces;
  }

  int longestWord() {
    return longestWord;
  }
}
