package io.selfrag.vectorstore.analysis;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;
import org.apache.lucene.analysis.tokenattributes.TypeAttribute;

/**
 * Adds to the characters and pairs of a run of Chinese the words of three characters and more that a dictionary (Unicode's, by ICU)
 * finds in it: a name found whole counts for more than pairs that happen to stand together. Shorter words are pairs and characters
 * already. They take no place of their own, so a text is not longer by them; where a document and a question are cut differently, pairs still meet.
 */
final class HanWordsFilter extends TokenFilter {
  private static final String WORD_TYPE = "<HAN_WORD>";
  private static final int SHORTEST = 3;
  /** A longer run is cut here; no sentence is as long. */
  private static final int LONGEST_RUN = 4096;

  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private final PositionIncrementAttribute position = addAttribute(PositionIncrementAttribute.class);
  private final OffsetAttribute offset = addAttribute(OffsetAttribute.class);
  private final TypeAttribute type = addAttribute(TypeAttribute.class);

  private final BreakIterator breaks = BreakIterator.getWordInstance(ULocale.SIMPLIFIED_CHINESE);
  private final StringBuilder run = new StringBuilder();
  private final Queue<String> words = new ArrayDeque<>();
  private int runEnd;
  private int lastStart;
  private int lastEnd;

  HanWordsFilter(TokenStream input) {
    super(input);
  }

  @Override
  public boolean incrementToken() throws IOException {
    if (addsWord()) {
      return true;
    }
    if (!input.incrementToken()) {
      cut();
      return addsWord();
    }
    lastStart = offset.startOffset();
    lastEnd = offset.endOffset();
    if (!type.type().equals(CJKBigramFilter.DOUBLE_TYPE)) {
      follow();
    }
    return true;
  }

  /** Takes a single character into the run, which ends where it does not go on. */
  private void follow() {
    boolean han = type.type().equals(CJKBigramFilter.SINGLE_TYPE)
        && Character.isIdeographic(Character.codePointAt(term.buffer(), 0, term.length()));
    if (!han || lastStart != runEnd || run.length() >= LONGEST_RUN) {
      cut();
    }
    if (han) {
      run.append(term);
      runEnd = lastEnd;
    }
  }

  private void cut() {
    if (run.codePointCount(0, run.length()) >= SHORTEST) {
      var text = run.toString();
      breaks.setText(text);
      int from = breaks.first();
      for (int to = breaks.next(); to != BreakIterator.DONE; to = breaks.next()) {
        if (text.codePointCount(from, to) >= SHORTEST) {
          words.add(text.substring(from, to));
        }
        from = to;
      }
    }
    run.setLength(0);
  }

  private boolean addsWord() {
    var word = words.poll();
    if (word == null) {
      return false;
    }
    clearAttributes();
    term.append(word);
    type.setType(WORD_TYPE);
    position.setPositionIncrement(0);
    offset.setOffset(lastStart, lastEnd);
    return true;
  }

  @Override
  public void reset() throws IOException {
    super.reset();
    run.setLength(0);
    words.clear();
    runEnd = 0;
  }
}
