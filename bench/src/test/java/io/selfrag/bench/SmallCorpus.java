package io.selfrag.bench;

import java.util.List;
import java.util.Locale;

/** Two hundred small documents, each with one fact that no other has, in English and Chinese. */
final class SmallCorpus {
  static final int SIZE = 200;
  private static final List<String> KEEPERS = List.of("Amara", "Bertil", "Chidi", "Dagny", "Elio", "Farah", "Goran",
      "Hanako", "Ivo", "Jarmila");
  private static final List<String> CHINESE = List.of("灯塔", "图书馆", "果园", "车站", "博物馆");

  private SmallCorpus() {}

  static String id(int document) {
    return String.format(Locale.ROOT, "doc-%03d", document);
  }

  /** What only this document knows. */
  static String fact(int document, int edition) {
    return isChinese(document)
        ? "第" + document + "号" + CHINESE.get(document % CHINESE.size()) + "的编号是kx" + document + "v" + edition + "。"
        : "The keeper of lighthouse number " + document + " is " + KEEPERS.get(document % KEEPERS.size())
            + ", and the key is kx" + document + "v" + edition + ".";
  }

  static String question(int document, int edition) {
    return isChinese(document)
        ? "第" + document + "号" + CHINESE.get(document % CHINESE.size()) + "的编号 kx" + document + "v" + edition
        : "keeper of lighthouse number " + document + " key kx" + document + "v" + edition;
  }

  static String text(int document, int edition) {
    return "# Record " + document + "\n\n" + fact(document, edition) + "\n\n" + (isChinese(document)
        ? "这份文件由值班人员保存，每年检查一次。海面平静时可以看到远处的山。"
        : "This record is kept by the officer on duty and checked once a year. On a calm day one sees the hills.");
  }

  private static boolean isChinese(int document) {
    return document % 5 == 0;
  }
}
