package io.selfrag.chunker.parse.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import org.mozilla.universalchardet.UniversalDetector;

/** Finds the character set of a text and decodes it; malformed bytes become U+FFFD. */
public final class TextDecoder {
  private static final int SAMPLE = 64 << 10;
  private static final Charset GB18030 = Charset.forName("GB18030");

  private TextDecoder() {}

  /** Decodes: byte order mark, then valid UTF-8, UTF-16 without a mark, mostly valid UTF-8, then statistics. */
  public static String decode(byte[] bytes) {
    Mark mark = Mark.of(bytes);
    if (mark != null) {
      return new String(bytes, mark.length, bytes.length - mark.length, mark.charset);
    }
    String utf8 = strictly(bytes, StandardCharsets.UTF_8);
    if (utf8 != null && utf8.indexOf('\0') < 0) {
      return utf8;
    }
    Charset wide = wideWithoutMark(bytes);
    if (wide != null) {
      return new String(bytes, wide);
    }
    if (utf8 != null || mostlyUtf8(bytes)) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    return new String(bytes, guess(bytes));
  }

  /** True if a byte order mark says that this is text. */
  public static boolean hasByteOrderMark(byte[] bytes) {
    return Mark.of(bytes) != null;
  }

  private static @Nullable String strictly(byte[] bytes, Charset charset) {
    try {
      return charset.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT).decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** UTF-16 without a mark shows as zero bytes on one side of each pair, in Latin text and in spaces and line ends. */
  private static @Nullable Charset wideWithoutMark(byte[] bytes) {
    int sample = Math.min(bytes.length, SAMPLE) & ~1;
    int even = 0;
    int odd = 0;
    for (int i = 0; i < sample; i += 2) {
      even += bytes[i] == 0 ? 1 : 0;
      odd += bytes[i + 1] == 0 ? 1 : 0;
    }
    int pairs = sample / 2;
    if (pairs == 0 || Math.max(even, odd) < pairs / 20 + 1 || Math.min(even, odd) > pairs / 100) {
      return null;
    }
    return odd > even ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
  }

  /** A few broken bytes (a cut, a pasted Latin-1 word) in a UTF-8 text: keep the text, mark the breaks. */
  private static boolean mostlyUtf8(byte[] bytes) {
    int good = 0;
    int bad = 0;
    int i = 0;
    while (i < bytes.length) {
      int length = sequenceLength(bytes, i);
      if (length == 0) {
        bad++;
      } else if (length > 1) {
        good++;
      }
      i += Math.max(1, length);
    }
    return good >= 4 * bad;
  }

  private static int sequenceLength(byte[] bytes, int at) {
    int first = bytes[at] & 0xFF;
    if (first < 0x80) {
      return 1;
    }
    int length = first >= 0xF0 && first < 0xF5 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first >= 0xF5 || at + length > bytes.length) {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if ((bytes[at + i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return length;
  }

  private static Charset guess(byte[] bytes) {
    var detector = new UniversalDetector();
    detector.handleData(bytes, 0, Math.min(bytes.length, 4 * SAMPLE));
    detector.dataEnd();
    String name = detector.getDetectedCharset();
    if (name != null && Charset.isSupported(name)) {
      // GB2312 is a subset; files that are called so use the rest as well.
      return name.startsWith("GB") ? GB18030 : Charset.forName(name);
    }
    return Charset.forName("windows-1252");
  }

  private record Mark(int length, Charset charset) {
    static @Nullable Mark of(byte[] b) {
      if (starts(b, 0xEF, 0xBB, 0xBF)) {
        return new Mark(3, StandardCharsets.UTF_8);
      }
      if (starts(b, 0xFF, 0xFE, 0, 0)) {
        return new Mark(4, Charset.forName("UTF-32LE"));
      }
      if (starts(b, 0, 0, 0xFE, 0xFF)) {
        return new Mark(4, Charset.forName("UTF-32BE"));
      }
      if (starts(b, 0xFF, 0xFE)) {
        return new Mark(2, StandardCharsets.UTF_16LE);
      }
      if (starts(b, 0xFE, 0xFF)) {
        return new Mark(2, StandardCharsets.UTF_16BE);
      }
      return starts(b, 0x84, 0x31, 0x95, 0x33) ? new Mark(4, GB18030) : null;
    }

    private static boolean starts(byte[] bytes, int... mark) {
      if (bytes.length < mark.length) {
        return false;
      }
      for (int i = 0; i < mark.length; i++) {
        if ((bytes[i] & 0xFF) != mark[i]) {
          return false;
        }
      }
      return true;
    }
  }
}
