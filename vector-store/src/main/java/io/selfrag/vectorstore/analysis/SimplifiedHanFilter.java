package io.selfrag.vectorstore.analysis;

import com.ibm.icu.text.Transliterator;
import java.io.IOException;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * Writes traditional Chinese characters as their simplified ones, so that a text in one script is found by a question in the other.
 * Character by character, after Unicode's Hant-Hans table; what the table does not know stays as it is.
 */
final class SimplifiedHanFilter extends TokenFilter {
  /** CJK Extension A to the end of the unified ideographs: beyond the basic plane no character has a common simplified form. */
  private static final char FIRST = 0x3400;
  private static final char LAST = 0x9FFF;
  private static final char[] SIMPLIFIED = table();

  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);

  SimplifiedHanFilter(TokenStream input) {
    super(input);
  }

  @Override
  public boolean incrementToken() throws IOException {
    if (!input.incrementToken()) {
      return false;
    }
    char[] buffer = term.buffer();
    for (int i = 0; i < term.length(); i++) {
      char c = buffer[i];
      if (c >= FIRST && c <= LAST) {
        buffer[i] = SIMPLIFIED[c - FIRST];
      }
    }
    return true;
  }

  private static char[] table() {
    var all = new StringBuilder();
    for (char c = FIRST; c <= LAST; c++) {
      // A line each, since the table also has pairs of characters.
      all.append(c).append('\n');
    }
    String[] lines = Transliterator.getInstance("Hant-Hans").transliterate(all.toString()).split("\n", -1);
    char[] table = new char[LAST - FIRST + 1];
    for (int i = 0; i < table.length; i++) {
      table[i] = lines[i].length() == 1 ? lines[i].charAt(0) : (char) (FIRST + i);
    }
    return table;
  }
}
