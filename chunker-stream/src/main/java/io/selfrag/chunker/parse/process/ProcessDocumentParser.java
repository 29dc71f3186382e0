package io.selfrag.chunker.parse.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.selfrag.chunker.parse.DocumentParser;
import io.selfrag.chunker.parse.ParseRequest;
import io.selfrag.chunker.parse.ParseRequest.Content;
import io.selfrag.chunker.parse.ParsedDocument;
import io.selfrag.chunker.parse.process.ParserProcess.Outcome;
import io.selfrag.chunker.parse.process.ParserProtocol.Answer;
import io.selfrag.chunker.parse.text.TextDocumentParser;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/**
 * Parses in child processes with their own heap and a time limit, so that no document can take the worker's memory or time;
 * small text formats, which need no parser library, in the calling thread. A document that kills its process is tried once
 * more in a fresh one, within the same time limit, then it fails; what cannot be started is our failure
 * ({@code PIPELINE_SATURATED}, transient), as is a full disk, never the document's. Safe for concurrent callers: as many documents as there
 * are processes at a time, others wait.
 */
public final class ProcessDocumentParser implements DocumentParser {
  private static final Logger log = LoggerFactory.getLogger(ProcessDocumentParser.class);
  private static final int HEAD = 4096;
  private static final int LARGE = 4 << 20;
  private static final int ATTEMPTS = 2;
  private static final long ROOM = 16 << 20;

  private final ProcessParserSettings settings;
  private final ParserPool pool;
  private final TextDocumentParser textParser = new TextDocumentParser();

  /** Starts the processes in the background; the first documents wait for them. */
  public ProcessDocumentParser(ProcessParserSettings settings) {
    this.settings = settings;
    pool = new ParserPool(settings);
  }

  @Override
  public ParsedDocument parse(ParseRequest request) {
    try {
      if (size(request.content()) == 0) {
        throw new SelfRagException(ErrorCode.EMPTY_DOCUMENT, "The document has no bytes.");
      }
      if (isSmallText(request)) {
        return textParser.parse(request);
      }
      if (request.content() instanceof Content.Bytes(byte[] bytes) && bytes.length > LARGE) {
        return parseFromFile(request, bytes);
      }
      return parseInProcess(request);
    } catch (IOException e) {
      // Of our own temporary folder, full perhaps: no document is to blame for that.
      throw new SelfRagException(ErrorCode.PIPELINE_SATURATED, "A document cannot be handed to a parser process now.",
          e);
    }
  }

  private boolean isSmallText(ParseRequest request) throws IOException {
    return switch (request.content()) {
      case Content.Bytes(byte[] bytes) -> bytes.length <= settings.inProcessBytes()
          && TextDocumentParser.accepts(bytes, request.fileName(), request.mediaType());
      case Content.File(Path path) -> {
        if (Files.size(path) > settings.inProcessBytes()) {
          yield false;
        }
        try (InputStream in = Files.newInputStream(path)) {
          yield TextDocumentParser.accepts(in.readNBytes(HEAD), request.fileName(), request.mediaType());
        }
      }
    };
  }

  private static long size(Content content) throws IOException {
    return switch (content) {
      case Content.Bytes(byte[] bytes) -> bytes.length;
      case Content.File(Path path) -> Files.size(path);
    };
  }

  /** A process that reads a file needs no heap for the original bytes. */
  private ParsedDocument parseFromFile(ParseRequest request, byte[] bytes) throws IOException {
    Path file = Files.createTempFile(Files.createDirectories(settings.directory()), "document-", ".bin");
    try {
      Files.write(file, bytes);
      return parseInProcess(
          new ParseRequest(new Content.File(file), request.fileName(), request.mediaType(), request.limits()));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private ParsedDocument parseInProcess(ParseRequest request) {
    ParserPlace place = pool.take();
    try {
      return parseAt(place, request);
    } finally {
      pool.giveBack(place);
    }
  }

  private ParsedDocument parseAt(ParserPlace place, ParseRequest request) {
    Duration left = request.limits().timeout();
    boolean outOfMemory = false;
    boolean outOfRoom = false;
    for (int attempt = 1; attempt <= ATTEMPTS && left.isPositive(); attempt++) {
      ParserProcess process = place.process();
      long start = System.nanoTime();
      Outcome outcome = process.parse(request, left);
      left = left.minusNanos(System.nanoTime() - start);
      switch (outcome) {
        case Outcome.Answered(Answer answer) -> {
          place.renewIfSpent(answer.worn());
          if (!saysNoRoom(answer)) {
            return documentOf(answer);
          }
          requireRoom();
          outOfRoom = true;
        }
        case Outcome.TimedOut() -> {
          place.renew();
          throw timeout(request);
        }
        case Outcome.Died(boolean memory) -> {
          // who closes the parser kills its processes: no document is to blame for that
          place.requireOpen();
          place.renew();
          outOfMemory = memory;
          log.atWarn().addKeyValue("attempt", attempt).addKeyValue("out_of_memory", memory)
              .log("a document killed its parser process");
        }
      }
    }
    if (outOfRoom) {
      throw new SelfRagException(ErrorCode.ARCHIVE_LIMIT, "The document unfolds to more than the disk takes.");
    }
    throw outOfMemory
        ? new SelfRagException(ErrorCode.ARCHIVE_LIMIT,
            "The document unfolds to more than a parser may hold in memory.")
        : new SelfRagException(ErrorCode.CORRUPT, "The document ends its parser every time; it is damaged.");
  }

  private static boolean saysNoRoom(Answer answer) {
    return answer.failure() != null && answer.failure().code() == ParserProtocol.NO_ROOM;
  }

  /** A disk that is still full when the process has cleaned up was not filled by its document. */
  private void requireRoom() {
    try {
      if (Files.getFileStore(settings.directory()).getUsableSpace() < ROOM) {
        throw new SelfRagException(ErrorCode.PIPELINE_SATURATED, "There is no room to unpack a document now.");
      }
    } catch (IOException e) {
      throw new SelfRagException(ErrorCode.PIPELINE_SATURATED, "The parsers' folder cannot be used now.", e);
    }
  }

  private static SelfRagException timeout(ParseRequest request) {
    return new SelfRagException(ErrorCode.PARSE_TIMEOUT,
        "Parsing took longer than " + request.limits().timeout().toSeconds() + " seconds.");
  }

  private static ParsedDocument documentOf(Answer answer) {
    if (answer.document() != null) {
      return answer.document();
    }
    if (answer.failure() != null) {
      throw answer.failure();
    }
    throw new IllegalStateException("an answer holds a document or a failure");
  }

  /** Process ids, for tests and diagnostics. */
  List<Long> processIds() {
    return pool.processIds();
  }

  @Override
  public void close() {
    pool.close();
    textParser.close();
  }
}
