package io.selfrag.ingest.export;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import tools.jackson.databind.json.JsonMapper;

/** Makes the inside of a JSON string of bytes that come in pieces; a character or a group of three may lie across two of them. */
final class TextPieces {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int GROUP = 3;

  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
      .onMalformedInput(CodingErrorAction.REPLACE).onUnmappableCharacter(CodingErrorAction.REPLACE);
  private byte[] rest = new byte[0];

  /** The inside of a string with this text. */
  static byte[] inside(String text) {
    var quoted = JSON.writeValueAsString(text);
    return quoted.substring(1, quoted.length() - 1).getBytes(StandardCharsets.UTF_8);
  }

  /** The next piece of UTF-8, as text. */
  byte[] text(byte[] piece) {
    var in = ByteBuffer.wrap(joined(piece));
    var out = CharBuffer.allocate(in.remaining() + 1);
    decoder.decode(in, out, false);
    rest = new byte[in.remaining()];
    in.get(rest);
    return inside(out.flip().toString());
  }

  /** What is left of a text that ends inside a character. */
  byte[] textEnd() {
    return inside(new String(rest, StandardCharsets.UTF_8));
  }

  /** The next piece of any bytes, as Base64. */
  byte[] base64(byte[] piece) {
    var all = joined(piece);
    int whole = all.length - all.length % GROUP;
    rest = Arrays.copyOfRange(all, whole, all.length);
    return Base64.getEncoder().encode(Arrays.copyOf(all, whole));
  }

  byte[] base64End() {
    return Base64.getEncoder().encode(rest);
  }

  private byte[] joined(byte[] piece) {
    var all = Arrays.copyOf(rest, rest.length + piece.length);
    System.arraycopy(piece, 0, all, rest.length, piece.length);
    return all;
  }
}
