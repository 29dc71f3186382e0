package io.selfrag.chunker.split;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random documents of every kind a chunker meets, from a seed. */
final class RandomTexts {
  private static final String HANZI = "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里所去行过家十用发天如然作方成者多日都三小军二无同么经法当起与好看学进种将还分此心前面又定见只主没公从";

  private final Random random;

  RandomTexts(long seed) {
    random = new Random(seed);
  }

  /** Paragraphs and headings in Markdown, of one or both languages. */
  List<String> paragraphs(int count) {
    var paragraphs = new ArrayList<String>();
    int language = random.nextInt(3);
    for (int i = 0; i < count; i++) {
      boolean chinese = language == 1 || (language == 2 && random.nextBoolean());
      if (random.nextInt(6) == 0) {
        paragraphs.add("#".repeat(1 + random.nextInt(4)) + " "
            + (chinese ? hanzi(3 + random.nextInt(8)) : words(2 + random.nextInt(5))));
      } else if (random.nextInt(12) == 0) {
        paragraphs.add(table());
      } else if (random.nextInt(12) == 0) {
        paragraphs.add("```\n" + code(3 + random.nextInt(20)) + "```");
      } else {
        paragraphs.add(paragraph(1 + random.nextInt(12), chinese));
      }
    }
    return paragraphs;
  }

  String paragraph(int sentences, boolean chinese) {
    var out = new StringBuilder();
    for (int i = 0; i < sentences; i++) {
      out.append(chinese
          ? hanzi(5 + random.nextInt(40)) + "。！？".charAt(random.nextInt(3))
          : (i > 0 ? " " : "") + capital(words(4 + random.nextInt(20))) + ".!?".charAt(random.nextInt(3)));
    }
    return out.toString();
  }

  String hanzi(int length) {
    var out = new StringBuilder();
    for (int i = 0; i < length; i++) {
      out.append(random.nextInt(15) == 0 ? '，' : HANZI.charAt(random.nextInt(HANZI.length())));
    }
    return out.toString();
  }

  String words(int count) {
    var out = new StringBuilder();
    for (int i = 0; i < count; i++) {
      out.append(i > 0 ? " " : "").append(word());
    }
    return out.toString();
  }

  private String word() {
    var out = new StringBuilder();
    int length = 1 + random.nextInt(10);
    for (int i = 0; i < length; i++) {
      out.append((char) ('a' + random.nextInt(26)));
    }
    return out.toString();
  }

  private static String capital(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  private String table() {
    var out = new StringBuilder("| name | value |\n|---|---|\n");
    int rows = 1 + random.nextInt(60);
    for (int i = 0; i < rows; i++) {
      out.append("| ").append(words(2)).append(" | ").append(random.nextInt(10_000)).append(" |\n");
    }
    return out.toString().stripTrailing();
  }

  String code(int lines) {
    var out = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      out.append("  ".repeat(random.nextInt(4))).append(words(1 + random.nextInt(6)))
          .append(random.nextBoolean() ? " {" : ";")
          .append(random.nextInt(5) == 0 ? "\n\n" : "\n");
    }
    return out.toString();
  }

  /** No spaces, giant words, surrogates and marks, only line ends between single characters, long blanks, lines of dots. */
  String pathological() {
    return switch (random.nextInt(8)) {
      case 0 -> "x".repeat(1 + random.nextInt(20_000));
      case 1 -> hanzi(8_000).replace("，", "");
      case 2 -> "😀👨‍👩‍👧🏽".repeat(1 + random.nextInt(800));
      case 3 -> "a\n".repeat(3_000);
      case 4 -> "word" + " ".repeat(5_000) + "word" + "\n".repeat(5_000) + "end";
      case 5 -> ".".repeat(3_000) + "。".repeat(3_000);
      case 6 -> "e\u0301".repeat(4_000);
      default -> "# " + words(2_000) + "\n\n" + "#".repeat(6) + " " + hanzi(900);
    };
  }

  /** What text of real documents holds beside words: other line ends, invisible and combining characters, other scripts. */
  String odd() {
    return switch (random.nextInt(8)) {
      case 0 -> paragraph(20, random.nextBoolean()).replace(" ", "\r\n");
      case 1 -> "zero\u200Bwidth\u200Djoined\u2060and\uFEFFmarked ".repeat(1 + random.nextInt(200));
      case 2 -> (hanzi(1 + random.nextInt(30)) + "👩🏽\u200D🚀𠀀").repeat(1 + random.nextInt(60));
      case 3 -> words(5) + " " + "w".repeat(1 + random.nextInt(9_000)) + " " + words(5);
      case 4 -> "สวัสดีชาวโลก".repeat(1 + random.nextInt(150)) + "مرحبا بالعالم ".repeat(1 + random.nextInt(150));
      case 5 -> words(3) + "\u00A0".repeat(1 + random.nextInt(3_000)) + "\u3000" + hanzi(3);
      case 6 -> "[CLS] [UNK] ##ing ".repeat(1 + random.nextInt(300));
      default -> "\u200D".repeat(1 + random.nextInt(50)) + "e\u0301\u0302\u0303".repeat(1 + random.nextInt(400));
    };
  }

  /** Rows of a table, some of them larger than any chunk. */
  String largeRows() {
    var out = new StringBuilder(words(2) + " | " + hanzi(3));
    int rows = 1 + random.nextInt(20);
    for (int i = 0; i < rows; i++) {
      out.append('\n').append(random.nextBoolean() ? words(1 + random.nextInt(900)) : hanzi(1 + random.nextInt(900)))
          .append(" | ").append(random.nextInt(10_000));
    }
    return out.toString();
  }

  int below(int bound) {
    return random.nextInt(bound);
  }
}
