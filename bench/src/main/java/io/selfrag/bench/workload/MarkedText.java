package io.selfrag.bench.workload;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Texts in whose every sentence stands which document and edition it is of, so that any excerpt gives its version away. */
public final class MarkedText {
  private static final Pattern MARK = Pattern.compile("zq(\\d+)e(\\d+)q");
  private static final List<String> WORDS = List.of("harbour", "ledger", "copper", "winter", "signal", "orchard",
      "granite", "lantern", "river", "compass", "meadow", "turbine", "archive", "beacon", "canvas", "delta", "engine",
      "forest", "glacier", "horizon", "island", "journal", "kernel", "library", "magnet", "network", "oxygen",
      "pendulum", "quarry", "railway", "satellite", "telescope", "umbrella", "valley", "windmill", "yeast", "zenith");

  private MarkedText() {}

  /** A text of an edition of a document; the same arguments give the same text. */
  public static String of(int document, int edition, int paragraphs) {
    var random = new Random(31L * document + edition);
    var text = new StringBuilder();
    for (int p = 0; p < paragraphs; p++) {
      text.append("## Part ").append(p + 1).append(" zq").append(document).append('e').append(edition)
          .append("q\n\n");
      int sentences = 4 + random.nextInt(4);
      for (int s = 0; s < sentences; s++) {
        text.append("The zq").append(document).append('e').append(edition).append("q record says that");
        for (int w = 0; w < 9; w++) {
          text.append(' ').append(WORDS.get(random.nextInt(WORDS.size())));
        }
        text.append(". ");
      }
      text.append("\n\n");
    }
    return text.toString();
  }

  /** The editions that a text is made of. */
  public static SortedSet<Integer> editions(String text) {
    var editions = new TreeSet<Integer>();
    var found = MARK.matcher(text);
    while (found.find()) {
      editions.add(Integer.valueOf(found.group(2)));
    }
    return editions;
  }

  /** Something to ask. */
  public static String question(Random random) {
    return WORDS.get(random.nextInt(WORDS.size())) + " " + WORDS.get(random.nextInt(WORDS.size())) + " record";
  }

  /** Digest of a text's bytes in lower-case hexadecimal digits. */
  public static String sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Digest in lower-case hexadecimal digits. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
