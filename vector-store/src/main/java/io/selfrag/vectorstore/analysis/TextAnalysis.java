package io.selfrag.vectorstore.analysis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;
import org.tartarus.snowball.ext.EnglishStemmer;

/**
 * Splits text into the terms of BM25: Unicode words, full-width folded, traditional Chinese written as simplified, lower-cased,
 * English stemmed (Porter2), Chinese as character bigrams, single characters and the words of three characters and more that a
 * dictionary finds. Identifiers such as {@code err_conn_42} stay whole. Safe for concurrent use.
 *
 * <p>Measured by {@code Bm25QualityTest}, nDCG@10: SciFact .690 (.661 without stems, .667 with stem and original side by side),
 * CMRC .986, RGB's two news sets .419 and .674; without single characters the news sets had .388 and .656. Stop words are kept,
 * so that "to be or not to be" can be found; without them, or with lighter stems, SciFact loses .003 to .016 after fusion with
 * feedback. The longer words cost BM25 alone up to .004, and both legs with feedback up to .002; shorter ones, or words in place
 * of the single characters, cost up to .016 (docs/retrieval.md).
 */
public final class TextAnalysis {
  /**
   * BM25's term saturation: below the usual 1.2, since a chunk that has a word twice is hardly more about it. With both legs and feedback no
   * set lost by it (SciFact .754 for .754, CMRC .985 for .984, RGB .451 for .451 and .769 for .769) and the words that feedback adds count evenly.
   */
  public static final float K1 = 0.9f;
  /** BM25's weight of a text's length. */
  public static final float B = 0.75f;
  /**
   * Term saturation of scripts without spaces, whose characters count alone and in pairs; with {@link #B_OF_PAIRS} as if
   * the mean text were twice as long, which is what Lucene takes it for since it counts both. By the true mean and the
   * constants of other scripts BM25 loses .009 on RGB zh_int and .006 on zh_refine and gains .003 on CMRC.
   */
  public static final float K1_OF_PAIRS = K1 * (1 - B / 2);
  /** Weight of a text's length in scripts without spaces. */
  public static final float B_OF_PAIRS = B / (2 - B);

  /** Distinct terms of a question beyond these are ignored; bounds the work of a pasted page. */
  private static final int MAX_QUESTION_TERMS = 512;

  private static final Analyzer ANALYZER = new Analyzer() {
    @Override
    protected TokenStreamComponents createComponents(String field) {
      var words = new StandardTokenizer();
      TokenStream terms = new CJKWidthFilter(words);
      terms = new SimplifiedHanFilter(terms);
      terms = new EnglishPossessiveFilter(terms);
      terms = new LowerCaseFilter(terms);
      terms = new CJKBigramFilter(terms, CJKBigramFilter.HAN | CJKBigramFilter.HIRAGANA | CJKBigramFilter.KATAKANA
          | CJKBigramFilter.HANGUL, true);
      terms = new HanWordsFilter(terms);
      terms = new IdentifierKeywordFilter(terms);
      return new TokenStreamComponents(words, new SnowballFilter(terms, new EnglishStemmer()));
    }
  };

  private TextAnalysis() {}

  /** The analysis as Lucene wants it. */
  public static Analyzer analyzer() {
    return ANALYZER;
  }

  /** Terms of a question with how often each occurs, in order of first occurrence; at most 512. */
  public static Map<String, Integer> questionTerms(String text) {
    return read(text, MAX_QUESTION_TERMS).frequencies();
  }

  /** Terms of a document and its length as BM25 counts it. */
  static Terms documentTerms(String text) {
    return read(text, Integer.MAX_VALUE);
  }

  /** True for a term of a script whose characters count alone and in pairs. */
  public static boolean isPaired(String term) {
    return !term.isEmpty() && switch (Character.UnicodeScript.of(term.codePointAt(0))) {
      case HAN, HIRAGANA, KATAKANA, HANGUL -> true;
      default -> false;
    };
  }

  private static Terms read(String text, int maxTerms) {
    var frequencies = new LinkedHashMap<String, Integer>();
    int length = 0;
    try (TokenStream stream = ANALYZER.tokenStream("text", text)) {
      var term = stream.addAttribute(CharTermAttribute.class);
      var position = stream.addAttribute(PositionIncrementAttribute.class);
      stream.reset();
      while (stream.incrementToken() && frequencies.size() < maxTerms) {
        frequencies.merge(term.toString(), 1, Integer::sum);
        // As Lucene's similarity does: a term at the same place as another does not lengthen the text.
        length += position.getPositionIncrement() > 0 ? 1 : 0;
      }
      stream.end();
    } catch (IOException e) {
      throw new UncheckedIOException("reading a string failed", e);
    }
    return new Terms(frequencies, length);
  }

  record Terms(Map<String, Integer> frequencies, int length) {}
}
