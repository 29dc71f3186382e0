package io.selfrag.generation.reflect;

import java.util.regex.Pattern;

/** Greetings and thanks, which no passage answers. */
final class SmallTalk {
  private static final Pattern WORDS = Pattern.compile(
      "(hi|hello|hey|good (morning|afternoon|evening|night)|thanks?( you)?( (very|so) much)?|bye|goodbye|ok(ay)?|"
          + "你好|您好|早上好|下午好|晚上好|嗨|谢谢(你|您)?|多谢|再见|好的)[\\s!.,。！，~]*",
      Pattern.CASE_INSENSITIVE);

  private SmallTalk() {}

  static boolean is(String text) {
    return WORDS.matcher(text.strip()).matches();
  }
}
