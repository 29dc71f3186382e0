package io.selfrag.generation.support;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.support.Window.Part;
import io.selfrag.generation.text.Sentences;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A passage taken apart once, so that each sentence of an answer is held against it quickly. */
final class PreparedPassage {
  private static final int HEADING_LINES = 2;
  private static final Pattern SENTENCE = Pattern.compile("[.!?。！？；]$");
  private static final int HEADING_CHARACTERS = 200;
  private static final Pattern TOKEN = Pattern.compile("[\\p{IsLatin}\\d][\\p{IsLatin}\\d&'’.-]*");

  private final String folded;
  private final Set<String> tokens = new HashSet<>();
  private final List<Window> windows = new ArrayList<>();

  PreparedPassage(Evidence evidence) {
    this.folded = Facts.folded(evidence.title() + "\n" + evidence.whole()).toLowerCase(Locale.ROOT);
    TOKEN.matcher(folded).results().forEach(it -> {
      var token = it.group().replaceAll("[.'’-]+$", "");
      tokens.add(token);
      tokens.add(token.replaceAll("['’]s?$", ""));
    });
    var sentences = new ArrayList<Part>();
    var headings = new ArrayList<Part>();
    var chunks = new ArrayList<UUID>();
    for (Evidence.Part part : evidence.parts()) {
      var heading = Part.of(evidence.title() + "\n" + firstLines(part.text()));
      Sentences.of(part.text()).forEach(it -> {
        sentences.add(Part.of(it));
        headings.add(heading);
        chunks.add(part.chunkId());
      });
    }
    for (int i = 0; i < sentences.size(); i++) {
      var neighbours = sentences.subList(Math.max(0, i - 1), Math.min(sentences.size(), i + 2));
      windows.add(Window.of(chunks.get(i), sentences.get(i), neighbours, headings.get(i)));
    }
  }

  /** What a chunk's heading says, its sentences mean. */
  private static String firstLines(String part) {
    return part.lines().filter(it -> !it.isBlank()).limit(HEADING_LINES)
        .filter(it -> it.length() <= HEADING_CHARACTERS && !SENTENCE.matcher(it.strip()).find())
        .collect(Collectors.joining("\n"));
  }

  List<Window> windows() {
    return windows;
  }

  boolean knows(String name) {
    if (name.codePoints().anyMatch(Character::isIdeographic)) {
      return folded.contains(name);
    }
    return tokens.contains(name) || tokens.contains(name.replaceAll("s$", ""))
        || (name.length() > 3 && folded.contains(name));
  }

  boolean contains(String characters) {
    return folded.contains(characters);
  }

  boolean hasCharacter(char character) {
    return folded.indexOf(character) >= 0;
  }
}
