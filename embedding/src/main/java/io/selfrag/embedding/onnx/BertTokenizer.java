package io.selfrag.embedding.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.selfrag.embedding.TokenCounter;

/**
 * The tokenizer of one model, with truncation and padding off: DJL would cut at 512 without a word. Lives as long as the
 * process; the native object is small and shared by all callers.
 */
final class BertTokenizer implements TokenCounter {
  static {
    // DJL reports the machine's type to its makers on AWS unless told not to before it loads.
    if (System.getProperty("OPT_OUT_TRACKING") == null) {
      System.setProperty("OPT_OUT_TRACKING", "true");
    }
  }

  /** Pieces of about this many characters keep the native arrays small, however long the text is. */
  private static final int PIECE = 16_384;
  /** A text without white space is cut here all the same. */
  private static final int LONGEST_PIECE = 65_536;

  private final HuggingFaceTokenizer tokenizer;

  private BertTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  static BertTokenizer load(OnnxModel model) {
    try (InputStream json = BertTokenizer.class.getResourceAsStream(model.tokenizerResource())) {
      if (json == null) {
        throw new IllegalStateException("no tokenizer of " + model.id().key() + " on the class path");
      }
      return new BertTokenizer(
          HuggingFaceTokenizer.newInstance(json, Map.of("truncation", "false", "padding", "false")));
    } catch (IOException e) {
      throw new UncheckedIOException("the tokenizer of " + model.id().key() + " cannot be read", e);
    }
  }

  /** Ids of the text between the model's two special tokens, uncut. */
  long[] idsWithSpecialTokens(String text) {
    return tokenizer.encode(WellFormed.of(text), true, false).getIds();
  }

  /**
   * The same with what each token says.
   *
   * @param ids between the model's two special tokens, uncut
   * @param tokens as the model's vocabulary has them, one for each id
   */
  record Tokens(long[] ids, String[] tokens) {}

  Tokens tokens(String text) {
    var encoding = tokenizer.encode(WellFormed.of(text), true, false);
    return new Tokens(encoding.getIds(), encoding.getTokens());
  }

  @Override
  public int count(String text) {
    int count = 0;
    for (int start = 0; start < text.length();) {
      int end = endOfPiece(text, start);
      count += encode(text, start, end).getIds().length;
      start = end;
    }
    return count;
  }

  @Override
  public int[] tokenEnds(String text) {
    var found = new WordPieceCounter.Ends();
    addEnds(text, 0, text.length(), found);
    int[] ends = found.toArray();
    if (ends.length > 0) {
      ends[ends.length - 1] = text.length();
    }
    return ends;
  }

  /** Adds where the tokens of a stretch end in the text. */
  void addEnds(String text, int from, int to, WordPieceCounter.Ends ends) {
    int furthest = 0;
    for (int start = from; start < to;) {
      int end = Math.min(to, endOfPiece(text, start));
      CharSpan[] spans = encode(text, start, end).getCharTokenSpans();
      CodePointOffsets offsets = new CodePointOffsets(text, start);
      for (CharSpan span : spans) {
        furthest = Math.max(furthest, offsets.toUtf16(span.getEnd()));
        ends.add(furthest);
      }
      start = end;
    }
  }

  private Encoding encode(String text, int start, int end) {
    return tokenizer.encode(WellFormed.of(text.substring(start, end)), false, false);
  }

  /** The next white space after a piece's worth of text: BERT splits there anyway, so the tokens are those of the whole. */
  private static int endOfPiece(String text, int start) {
    int limit = Math.min(text.length(), start + LONGEST_PIECE);
    for (int end = Math.min(limit, start + PIECE); end < limit; end++) {
      if (Character.isWhitespace(text.charAt(end))) {
        return end;
      }
    }
    return limit < text.length() && Character.isLowSurrogate(text.charAt(limit)) ? limit - 1 : limit;
  }

  /** Walks forward from code point offsets, which the tokenizer gives, to UTF-16 offsets; going back starts over. */
  private static final class CodePointOffsets {
    private final String text;
    private final int origin;
    private int codePoints;
    private int utf16;

    CodePointOffsets(String text, int origin) {
      this.text = text;
      this.origin = origin;
      this.utf16 = origin;
    }

    int toUtf16(int offset) {
      if (offset < codePoints) {
        codePoints = 0;
        utf16 = origin;
      }
      utf16 = text.offsetByCodePoints(utf16, offset - codePoints);
      codePoints = offset;
      return utf16;
    }
  }
}
