package io.selfrag.generation.support;

import java.util.regex.Pattern;

/**
 * Finds what Chinese has instead of capitals: characters in a row that the passage does not have in a row. A name of another
 * person is such a run, whatever its characters; said in other words, a sentence has them one by one.
 */
final class UnknownCharacters {
  /** Pairs in a row that the passage lacks: a name of two characters makes three, with its neighbours. */
  private static final int PAIRS_OF_A_NAME = 3;
  private static final int CHARACTERS_OF_A_NAME = 2;

  /** What a sentence about anybody may say without the passage's saying so in these words. */
  private static final Pattern GENERIC = Pattern.compile(
      "国籍|职业|观点|意义|特点|变化|担任|地址|类型|爱好|追溯|剩下|设置|企业|公司|机构|语言|职位|名称|作者|内容|事件|人物|作品|时代|朝代|属于|位于|提供|支持|认为|表达|采用");

  private UnknownCharacters() {}

  /** The first run that looks like a name that the passage does not have; empty if there is none. */
  static String in(String claim, PreparedPassage passage) {
    var sentence = GENERIC.matcher(claim).replaceAll("，");
    int absent = 0;
    int pairs = 0;
    for (int i = 0; i < sentence.length(); i++) {
      char c = sentence.charAt(i);
      boolean han = isHan(c);
      absent = han && !CommonCharacters.contains(c) && !passage.hasCharacter(c) ? absent + 1 : 0;
      if (absent == CHARACTERS_OF_A_NAME) {
        return sentence.substring(i + 1 - absent, i + 1);
      }
      pairs = i > 0 && han && isHan(sentence.charAt(i - 1)) && isUnknown(sentence.substring(i - 1, i + 1), passage)
          ? pairs + 1
          : 0;
      if (pairs == PAIRS_OF_A_NAME) {
        return sentence.substring(i - pairs, i + 1);
      }
    }
    return "";
  }

  private static boolean isUnknown(String pair, PreparedPassage passage) {
    return !(CommonCharacters.contains(pair.charAt(0)) && CommonCharacters.contains(pair.charAt(1)))
        && !passage.contains(pair);
  }

  private static boolean isHan(char c) {
    return Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN;
  }
}
