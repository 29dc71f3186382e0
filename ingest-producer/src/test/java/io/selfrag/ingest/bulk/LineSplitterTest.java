package io.selfrag.ingest.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineSplitterTest {
  @Test
  void linesEndAtLineBreaksAndTheLastOneAtTheEnd() {
    assertThat(split(100, "a\nbb\n\nccc")).containsExactly("1:a", "2:bb", "4:ccc");
  }

  @Test
  void whereverTheBytesAreCutTheLinesAreTheSame() {
    var text = "{\"title\":\"语言\"}\r\n\n  \t\n{\"a\":1}\n" + "x".repeat(300) + "\nlast";
    var whole = split(200, text);
    var bytes = text.getBytes(UTF_8);
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var pieces = new ArrayList<byte[]>();
      for (int from = 0; from < bytes.length;) {
        int to = Math.min(bytes.length, from + random.nextInt(20));
        pieces.add(java.util.Arrays.copyOfRange(bytes, from, to));
        from = to;
      }
      assertThat(split(200, pieces)).as("seed %s", seed).isEqualTo(whole);
    }
    assertThat(whole).containsExactly("1:{\"title\":\"语言\"}\r", "4:{\"a\":1}", "5:too long", "6:last");
  }

  @Test
  void aLineOfExactlyTheLimitIsTakenAndOneByteMoreIsNot() {
    assertThat(split(3, "abc\nabcd\nabc")).containsExactly("1:abc", "2:too long", "3:abc");
  }

  @Test
  void ofALineThatIsTooLongNothingIsHeldUntilItEnds() {
    var splitter = new LineSplitter(10);
    for (int i = 0; i < 100; i++) {
      assertThat(splitter.push("x".repeat(1000).getBytes(UTF_8))).isEmpty();
    }

    assertThat(texts(splitter.push("\nnext\n".getBytes(UTF_8)))).containsExactly("1:too long", "2:next");
    assertThat(splitter.end()).isEmpty();
  }

  private static List<String> split(int limit, String text) {
    return split(limit, List.of(text.getBytes(UTF_8)));
  }

  private static List<String> split(int limit, List<byte[]> pieces) {
    var splitter = new LineSplitter(limit);
    var lines = new ArrayList<Line>();
    pieces.forEach(it -> lines.addAll(splitter.push(it)));
    splitter.end().ifPresent(lines::add);
    return texts(lines);
  }

  private static List<String> texts(List<Line> lines) {
    return lines.stream().map(it -> it.number() + ":" + switch (it) {
      case Line.Text text -> new String(text.bytes(), UTF_8);
      case Line.TooLong _ -> "too long";
    }).toList();
  }
}
