package io.selfrag.generation.text;

import io.selfrag.vectorstore.analysis.TextAnalysis;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The terms of a text that say something, by the analysis of BM25: English stems without function words, Chinese pairs of
 * characters without those of function words and questions. A single Chinese character counts where it stands alone.
 */
public final class ContentWords {
  private static final Set<String> FUNCTION_WORDS = stems("""
      a an the and or but nor so yet if then than that this these those there here it its he she they them his her their
      we us our you your i me my who whom whose which what when where why how is are was were be been being am do does
      did done doing have has had having will would shall should can could may might must of in on at by for to from
      with without about into onto over under between among through during before after above below up down out off
      again further as such same own too very just also only both each few more most other some any all not no s t
      according based provided document documents passage passages source sources question answer per please tell
      give list describe explain say says said""");
  private static final String FUNCTION_CHARACTERS = "的了是在和与及或而但也都就还又被把将对从到由为以于之其这那此该每各哪谁什么怎样多少几吗呢吧啊请问个些们着过得地所并且若则因此有无";
  private static final Pattern QUESTION = Pattern.compile(
      "什么时候|什么|为什么|怎么样|怎么|怎样|如何|哪些|哪个|哪里|哪儿|哪年|哪一年|哪一|哪|谁|多少|多久|多大|多长|几个|几|是否|吗|呢|请问|请");

  private ContentWords() {}

  private static Set<String> stems(String words) {
    return Stream.of(words.split("\\s+")).flatMap(it -> TextAnalysis.questionTerms(it).keySet().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The terms of a text, each once; at most a few hundred. */
  public static Set<String> of(String text) {
    var all = TextAnalysis.questionTerms(text).keySet();
    var words = new LinkedHashSet<String>();
    for (String term : all) {
      if (isHan(term)) {
        if (term.length() >= 2 && !isFunction(term)) {
          words.add(term);
        }
      } else if (!FUNCTION_WORDS.contains(term)) {
        words.add(term);
      }
    }
    if (words.isEmpty()) {
      all.stream().filter(it -> isHan(it) && FUNCTION_CHARACTERS.indexOf(it.charAt(0)) < 0).forEach(words::add);
    }
    return words;
  }

  /** A question without the words that only ask, in Chinese; as it is in English, whose index does not mind them. */
  public static String withoutAsking(String question) {
    return QUESTION.matcher(question).replaceAll(" ").replaceAll("[？?]", " ").replaceAll("\\s+", " ").strip();
  }

  /** The terms of a question, what only asks left out. */
  public static Set<String> ofQuestion(String question) {
    var words = of(QUESTION.matcher(question).replaceAll("，"));
    return words.isEmpty() ? of(question) : words;
  }

  /** True for a character that mostly joins others. */
  public static boolean isFunctionCharacter(char character) {
    return FUNCTION_CHARACTERS.indexOf(character) >= 0;
  }

  private static boolean isHan(String term) {
    return Character.UnicodeScript.of(term.codePointAt(0)) == Character.UnicodeScript.HAN;
  }

  /** A pair counts unless both of its characters only join others. */
  private static boolean isFunction(String pair) {
    return pair.chars().allMatch(it -> isFunctionCharacter((char) it));
  }
}
