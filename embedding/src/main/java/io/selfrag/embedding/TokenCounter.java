package io.selfrag.embedding;

/** Counts tokens the way a model does. Safe for concurrent callers, no I/O. */
public interface TokenCounter {
  /** Tokens of the text, special tokens excluded. Exact for local tokenizers, an upper bound for remote models. */
  int count(String text);

  /**
   * Character offset (exclusive end, UTF-16 units) of each token in order, non-decreasing; lets a chunker cut long text
   * into pieces of known token count with one tokenisation. Each piece between two offsets is counted as one token. The
   * last offset is the text's length, so that the pieces cover the whole text; a text without tokens has none. No offset
   * stands inside a surrogate pair.
   */
  int[] tokenEnds(String text);
}
