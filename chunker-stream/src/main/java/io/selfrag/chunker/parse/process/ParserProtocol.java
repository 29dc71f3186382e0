package io.selfrag.chunker.parse.process;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.selfrag.chunker.parse.Block;
import io.selfrag.chunker.parse.ParseLimits;
import io.selfrag.chunker.parse.ParseRequest;
import io.selfrag.chunker.parse.ParseRequest.Content;
import io.selfrag.chunker.parse.ParsedDocument;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.ErrorKind;
import io.selfrag.schemas.SelfRagException;

/**
 * What worker and parser process say to each other over the process's standard input and output: the process says once
 * that it is ready, then one answer follows each request. Both ends are of one build, so there is no version.
 */
final class ParserProtocol {
  /** What a process says that found its disk full. */
  static final ErrorCode NO_ROOM = ErrorCode.PIPELINE_SATURATED;
  static final byte READY = 42;
  private static final byte PARSED = 1;
  private static final byte FAILED = 2;

  /** An answer, and whether the process asks to be replaced because memory does not come back. */
  record Answer(@Nullable ParsedDocument document, @Nullable SelfRagException failure, boolean worn) {}

  private ParserProtocol() {}

  static void writeRequest(DataOutputStream out, ParseRequest request) throws IOException {
    switch (request.content()) {
      case Content.Bytes(byte[] bytes) -> {
        out.writeBoolean(true);
        out.writeInt(bytes.length);
        out.write(bytes);
      }
      case Content.File(Path path) -> {
        out.writeBoolean(false);
        writeText(out, path.toAbsolutePath().toString());
      }
    }
    writeNullable(out, request.fileName());
    writeNullable(out, request.mediaType());
    ParseLimits limits = request.limits();
    out.writeLong(limits.timeout().toMillis());
    out.writeInt(limits.maxCharacters());
    out.writeLong(limits.maxInflatedBytes());
    out.writeInt(limits.maxEntries());
    out.writeInt(limits.maxRatio());
    out.flush();
  }

  static ParseRequest readRequest(DataInputStream in) throws IOException {
    Content content;
    if (in.readBoolean()) {
      content = new Content.Bytes(readBytes(in, Integer.MAX_VALUE));
    } else {
      content = new Content.File(Path.of(readText(in)));
    }
    @Nullable
    String fileName = readNullable(in);
    @Nullable
    String mediaType = readNullable(in);
    var limits = new ParseLimits(Duration.ofMillis(in.readLong()), in.readInt(), in.readLong(), in.readInt(),
        in.readInt());
    return new ParseRequest(content, fileName, mediaType, limits);
  }

  static void writeDocument(DataOutputStream out, ParsedDocument document, boolean worn) throws IOException {
    out.writeByte(PARSED);
    out.writeBoolean(worn);
    writeText(out, document.text());
    writeText(out, document.mediaType());
    out.writeInt(document.blocks().size());
    for (Block block : document.blocks()) {
      writeText(out, block.kind().name());
      out.writeByte(block.level());
      out.writeInt(block.charStart());
      out.writeInt(block.charEnd());
      out.writeInt(block.page());
    }
    out.flush();
  }

  static void writeFailure(DataOutputStream out, SelfRagException failure, boolean worn) throws IOException {
    out.writeByte(FAILED);
    out.writeBoolean(worn);
    writeText(out, failure.code().name());
    writeText(out, failure.detail());
    out.flush();
  }

  /** Reads an answer and trusts nothing in it: the process may have been taken over by what it parsed. */
  static Answer readAnswer(DataInputStream in, int maxCharacters) throws IOException {
    byte kind = in.readByte();
    boolean worn = in.readBoolean();
    if (kind == FAILED) {
      String code = readText(in);
      String detail = readText(in);
      return new Answer(null, failure(ErrorCode.valueOf(code), detail), worn);
    }
    if (kind != PARSED) {
      throw new IOException("a parser process answered out of turn");
    }
    String text = new String(readBytes(in, Math.multiplyFull(maxCharacters, 3)), StandardCharsets.UTF_8);
    String mediaType = readText(in);
    int count = in.readInt();
    if (count < 0 || count > 2L * text.length() + 2) {
      throw new IOException("a parser process announced " + count + " blocks");
    }
    List<Block> blocks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      blocks.add(new Block(Block.Kind.valueOf(readText(in)), in.readByte(), in.readInt(), in.readInt(), in.readInt()));
    }
    return new Answer(new ParsedDocument(text, mediaType, blocks), null, worn);
  }

  /**
   * Only documents fail here: any other code would make the worker retry or stop. That there is no room is looked into by the
   * worker itself.
   */
  private static SelfRagException failure(ErrorCode code, String detail) {
    boolean known = code.kind() == ErrorKind.USER || code == NO_ROOM;
    return new SelfRagException(known ? code : ErrorCode.CORRUPT, detail);
  }

  private static void writeNullable(DataOutputStream out, @Nullable String text) throws IOException {
    out.writeBoolean(text != null);
    if (text != null) {
      writeText(out, text);
    }
  }

  private static @Nullable String readNullable(DataInputStream in) throws IOException {
    return in.readBoolean() ? readText(in) : null;
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(readBytes(in, 64 << 10), StandardCharsets.UTF_8);
  }

  private static byte[] readBytes(DataInputStream in, long atMost) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > atMost) {
      throw new IOException("a frame of " + length + " bytes is not acceptable");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new java.io.EOFException("a frame was cut off");
    }
    return bytes;
  }
}
