package io.selfrag.chunker.parse;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * One document to parse.
 *
 * @param content the original bytes, or the file that holds them
 * @param fileName the name it was uploaded with; a hint only, content decides
 * @param mediaType what the sender said it is; a hint only, content decides
 * @param limits what parsing may cost
 */
public record ParseRequest(Content content, @Nullable String fileName, @Nullable String mediaType, ParseLimits limits) {

  /** Where the bytes are. */
  public sealed interface Content {
    /** Bytes in memory; not copied, so they must not change. */
    record Bytes(byte[] bytes) implements Content {}

    /** A readable local file, unchanged and undeleted until parsing has ended. */
    record File(Path path) implements Content {}
  }

  public static ParseRequest ofBytes(byte[] bytes, @Nullable String fileName, @Nullable String mediaType) {
    return new ParseRequest(new Content.Bytes(bytes), fileName, mediaType, ParseLimits.DEFAULTS);
  }

  public static ParseRequest ofFile(Path path, @Nullable String fileName, @Nullable String mediaType) {
    return new ParseRequest(new Content.File(path), fileName, mediaType, ParseLimits.DEFAULTS);
  }

  public ParseRequest withLimits(ParseLimits newLimits) {
    return new ParseRequest(content, fileName, mediaType, newLimits);
  }
}
