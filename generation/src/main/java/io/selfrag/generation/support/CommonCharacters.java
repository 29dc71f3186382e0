package io.selfrag.generation.support;

import io.selfrag.generation.text.ContentWords;

/** Chinese characters with which a sentence is said in other words; that a passage lacks them says nothing of a name. */
final class CommonCharacters {
  private static final String COMMON = """
      一二三四五六七八九十百千万亿零第年月日时分秒号上下前后左右中内外里间东西南北大小多少高低长短新旧好坏早晚
      人们我你他她它自己大家谁位名个只件种类次回部家所座条本份项
      说称叫做作成是在有没无不未非会能可应该要想需须必使让令给把被受得到获取用通过进行出来去回起开始结束继续
      发生现实表示指认知道看见听提及包括含组合共同总计约近超达至于关系相同不同等如例即便根据按照据由因此所以但而且或者及其
      最更较比很非常太极十几乎仅只都也还又再已经曾正将就才刚主要重要一般通常目前现当今后来之后以前期间位置地方方面情况问题
      原因结果目的方法方式部分全整每各其他另外别""";

  private CommonCharacters() {}

  static boolean contains(char character) {
    return COMMON.indexOf(character) >= 0 || ContentWords.isFunctionCharacter(character);
  }
}
