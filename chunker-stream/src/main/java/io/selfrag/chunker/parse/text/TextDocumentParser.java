package io.selfrag.chunker.parse.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.selfrag.chunker.parse.Block;
import io.selfrag.chunker.parse.DocumentParser;
import io.selfrag.chunker.parse.ParseRequest;
import io.selfrag.chunker.parse.ParseRequest.Content;
import io.selfrag.chunker.parse.ParsedDocument;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/**
 * Reads text formats as they stand: no markup is removed, code fences stay. Linear in the size of the text, so it needs
 * neither a process of its own nor a time limit.
 */
public final class TextDocumentParser implements DocumentParser {

  /**
   * True if name or media type say a text format, or say nothing, and the content does not look like anything else. Only
   * looks at the first kilobytes.
   */
  public static boolean accepts(byte[] bytes, @Nullable String fileName, @Nullable String mediaType) {
    boolean unnamed = TextFormat.isUnsaid(fileName, mediaType);
    if (TextFormat.of(fileName, mediaType) == null && !unnamed) {
      return false;
    }
    return TextDecoder.hasByteOrderMark(bytes)
        ? TextFormat.of(fileName, mediaType) != null
        : !looksLikeAnotherFormat(bytes, unnamed);
  }

  private static boolean looksLikeAnotherFormat(byte[] bytes, boolean unnamed) {
    int sample = Math.min(bytes.length, 4096);
    for (int i = 0; i < sample; i++) {
      int b = bytes[i] & 0xFF;
      if (b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1B) {
        return true;
      }
    }
    String head = new String(bytes, 0, Math.min(bytes.length, 512), java.nio.charset.StandardCharsets.ISO_8859_1)
        .stripLeading();
    if (head.startsWith("%PDF-") || head.startsWith("{\\rtf")) {
      return true;
    }
    String lower = head.toLowerCase(Locale.ROOT);
    boolean markup = lower.startsWith("<!doctype") || lower.startsWith("<html") || lower.startsWith("<?xml");
    boolean mail = lower.startsWith("received:") || lower.startsWith("return-path:")
        || lower.startsWith("mime-version:")
        || lower.startsWith("message-id:") || lower.startsWith("from:") || lower.startsWith("delivered-to:");
    return unnamed && (markup || mail);
  }

  @Override
  public ParsedDocument parse(ParseRequest request) {
    byte[] bytes = bytes(request.content());
    TextFormat format = TextFormat.of(request.fileName(), request.mediaType());
    boolean unsaid = TextFormat.isUnsaid(request.fileName(), request.mediaType());
    return parse(bytes, unsaid ? null : format, request.limits().maxCharacters());
  }

  private static ParsedDocument parse(byte[] bytes, @Nullable TextFormat said, int maxCharacters) {
    String decoded = TextDecoder.decode(bytes);
    if (decoded.length() > maxCharacters) {
      throw new SelfRagException(ErrorCode.PAYLOAD_TOO_LARGE,
          "The document has more than " + maxCharacters + " characters of text.");
    }
    refuseBinary(decoded);
    String text = TextNormalizer.normalize(decoded);
    if (text.isBlank()) {
      throw new SelfRagException(ErrorCode.EMPTY_DOCUMENT, "The document holds no text.");
    }
    TextFormat format = said == null ? guess(text) : said;
    List<Block> blocks = TextOutline.of(text, format);
    return new ParsedDocument(text, format.mediaType(), blocks);
  }

  /** Text that came without a name, pasted or sent over the API, is often Markdown. */
  private static TextFormat guess(String text) {
    boolean headings = text.startsWith("# ") || text.startsWith("## ") || text.contains("\n# ")
        || text.contains("\n## ");
    return headings || text.contains("\n```") ? TextFormat.MARKDOWN : TextFormat.PLAIN;
  }

  private static void refuseBinary(String text) {
    int controls = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' && c != '\n' && c != '\t' && c != '\r' && c != '\f' && c != '\u001B') {
        controls++;
      }
    }
    if (controls > 8 + text.length() / 100) {
      throw new SelfRagException(ErrorCode.UNSUPPORTED_FORMAT, "The content is binary and of no supported format.");
    }
  }

  private static byte[] bytes(Content content) {
    return switch (content) {
      case Content.Bytes(byte[] bytes) -> bytes;
      case Content.File(var path) -> {
        try {
          yield Files.readAllBytes(path);
        } catch (IOException e) {
          throw new UncheckedIOException("cannot read a document's content file", e);
        }
      }
    };
  }

  @Override
  public void close() {
    // holds nothing
  }
}
