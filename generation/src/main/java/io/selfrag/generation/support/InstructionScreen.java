package io.selfrag.generation.support;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.text.ContentWords;
import io.selfrag.generation.text.Sentences;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Leaves out of a passage the sentences that speak to the model instead of about the world: "ignore all previous instructions" and its
 * kin. On the same line it also leaves out what goes on with such a sentence: what repeats it or has its names, what gives another order, what begins
 * by pointing back at it, and the sentence behind one that names no purpose of its own. What else stands there stays. Passages
 * are data; what is left out is neither shown to a model nor does it support a sentence. A document about such attacks loses its
 * examples by it, which is the price.
 */
public final class InstructionScreen {
  private static final Pattern INSTRUCTION = Pattern.compile(
      """
          \\b(ignore|disregard|forget|override|bypass)\\b.{0,40}\\b(instruction|prompt|rule|direction|guideline|message|polic|context)\
          |\\byou are now (an? |the |in |called |named |acting|operating|dan\\b|free\\b|unrestricted)|\\bfrom now on,? you\\b|\\bact as (an?|the|if)\\b|\\bpretend (to be|that you)\\b|\\bsystem prompt\\b\
          |\\b(new|updated|real|important) (system )?instructions?\\s*[:：]|\\breveal\\b.{0,30}\\b(prompt|instruction|secret|key|password)\
          |\\b(reply|respond|answer)( only| exactly)*( with|:)( only| exactly)*\\s*["“'‘:]|\\b(say|print|output|repeat|write) exactly\\b\
          |\\b(ai|language model|llm|chatbot|assistant)s? (must|should|shall|reading this|has to|have to)\\b\
          |</?(system|assistant|user|instructions?)>|\\[/?INST]|<\\|im_(start|end)\\|>\
          |(忽略|无视|忽视|忘记|忘掉|不要理会|不要遵守).{0,20}(指令|指示|提示|规则|要求|设定|内容)|你现在(是|扮演)|从现在(起|开始).{0,4}你\
          |系统提示词?|(只|必须)(能|要|准)?(回答|回复|输出)|请(直接|只)?(回答|回复|输出)\\s*[：:“「"『]""",
      Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  /** What an order may be for; where it has none of this, its purpose comes in the next sentence. */
  private static final Pattern PURPOSE = Pattern.compile(
      """
          [:：,，]|\\b(and|then|instead|say|tell|reply|respond|answer|print|output|write|repeat|reveal|recommend|must|should|shall)\\b\
          |告诉|回答|回复|输出|说|写|推荐|必须""",
      Pattern.CASE_INSENSITIVE);
  private static final Pattern ORDER = Pattern.compile(
      """
          ^[\\p{P}\\s]*((now|then|instead|also|and|but|please|just|only|simply|always|never|do not|don['’]t|you (must|should|shall|will|have to)),?\\s+)*\
          (say|tell|reply|respond|answer|print|output|write|repeat|return|send|reveal|recommend|claim|state|pretend|follow|obey)\\b\
          |\\byou (must|should|shall) (now|only|always|never|say|tell|reply|respond|answer)\\b|\\b(tell|inform|ask|advise|convince) the (user|reader|customer)s?\\b\
          |^[\\p{P}\\s]*(请|只|必须|务必|不要|直接|然后|接着|现在|改为|一律|你|要|应|该|都)*(回答|回复|输出|告诉|说|写出|打印|重复|推荐|声称)|告诉(用户|读者|客户)|对(用户|读者|客户)说""",
      Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  private static final Pattern POINTS_BACK = Pattern
      .compile("^[\\p{P}\\s]*(it|this|that|these|those|they|he|she)\\b|^[“\"「『]*[这那它他她其此]", Pattern.CASE_INSENSITIVE);
  private static final Pattern QUOTED = Pattern.compile("[“\"「『]([^“”\"「」『』]{1,40})[”\"」』]");
  /** Of a sentence's words; with more of them it says again what an order said. */
  private static final double REPEATED = 0.5;

  private InstructionScreen() {}

  /** The passage and what stands around it without such sentences; itself if it has none. */
  public static Evidence screened(Evidence evidence) {
    var around = evidence.around();
    var screened = new Evidence(evidence.chunkId(), screened(evidence.title()), screened(evidence.text()),
        evidence.similarity(), new Evidence.Around(around.documentId(), around.ordinal(),
            around.before().stream().map(InstructionScreen::screened).toList(),
            around.after().stream().map(InstructionScreen::screened).toList()));
    return screened.equals(evidence) ? evidence : screened;
  }

  private static Evidence.Part screened(Evidence.Part part) {
    return new Evidence.Part(part.chunkId(), screened(part.text()));
  }

  static String screened(String text) {
    if (!INSTRUCTION.matcher(text.replace('\n', ' ')).find()) {
      return text;
    }
    var spans = Sentences.spans(text);
    var left = leftOut(text, spans);
    if (left.isEmpty()) {
      return text;
    }
    var kept = new StringBuilder();
    int from = 0;
    for (Sentences.Span span : left) {
      kept.append(text, from, span.start());
      from = span.end();
      // The space behind a sentence goes with it; a line's end does not.
      while (from < text.length() && text.charAt(from) == ' ') {
        from++;
      }
    }
    return kept.append(text, from, text.length()).toString().strip();
  }

  private static List<Sentences.Span> leftOut(String text, List<Sentences.Span> spans) {
    var left = new ArrayList<Sentences.Span>();
    var ordered = new HashSet<String>();
    var dictated = new HashSet<String>();
    int end = 0;
    boolean onLine = false;
    boolean purposeToCome = false;
    for (Sentences.Span span : spans) {
      var sentence = span.text().replace('\n', ' ');
      onLine = onLine && text.substring(end, span.start()).indexOf('\n') < 0;
      boolean order = INSTRUCTION.matcher(sentence).find();
      if (order || (onLine && (purposeToCome || goesOn(sentence, adjoins(left, end))
          || repeats(sentence, ordered, dictated)))) {
        left.add(span);
        purposeToCome = order && !PURPOSE.matcher(sentence).find();
        if (!onLine) {
          ordered.clear();
          dictated.clear();
        }
        ordered.addAll(ContentWords.of(sentence));
        dictated.addAll(dictated(sentence));
        onLine = true;
      }
      end = span.end();
    }
    return left;
  }

  private static boolean adjoins(List<Sentences.Span> left, int end) {
    return !left.isEmpty() && left.getLast().end() == end;
  }

  private static boolean goesOn(String sentence, boolean behindOne) {
    return ORDER.matcher(sentence).find() || (behindOne && POINTS_BACK.matcher(sentence).find());
  }

  private static boolean repeats(String sentence, Set<String> ordered, Set<String> dictated) {
    var lower = Facts.folded(sentence).toLowerCase(Locale.ROOT);
    var words = ContentWords.of(sentence);
    return dictated.stream().anyMatch(it -> has(lower, it))
        || (!words.isEmpty() && words.stream().filter(ordered::contains).count() >= REPEATED * words.size());
  }

  /** As words of their own where words have spaces between them. */
  private static boolean has(String text, String name) {
    return Pattern.compile("(?<![\\p{IsLatin}\\d])" + Pattern.quote(name) + "(?![\\p{IsLatin}\\d])").matcher(text)
        .find();
  }

  /** What an order would have said or done: its names and what it has in quotation marks. */
  private static Set<String> dictated(String order) {
    var dictated = new HashSet<String>(Facts.of(order).names());
    QUOTED.matcher(Facts.folded(order)).results().forEach(it -> dictated.add(it.group(1).toLowerCase(Locale.ROOT)));
    return dictated;
  }
}
