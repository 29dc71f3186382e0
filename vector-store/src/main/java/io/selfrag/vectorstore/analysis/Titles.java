package io.selfrag.vectorstore.analysis;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Titles that are names of files: {@code 2023_Q3_report.pdf} is one word to BM25, and whoever asks for Q3 would not find it. */
public final class Titles {
  /** What Unicode's word boundaries hold together. */
  private static final Pattern JOINED = Pattern.compile("[\\p{L}\\p{N}]+(?:[_.][\\p{L}\\p{N}]+)+");

  private Titles() {}

  /** The title, and behind it the words that it joins; the title alone where it joins none. */
  public static String spelledOut(String title) {
    var parts = JOINED.matcher(title).results().map(it -> it.group().replaceAll("[_.]", " "))
        .collect(Collectors.joining(" "));
    return parts.isEmpty() ? title : title + " " + parts;
  }
}
