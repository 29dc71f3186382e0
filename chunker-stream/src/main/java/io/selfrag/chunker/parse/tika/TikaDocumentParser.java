package io.selfrag.chunker.parse.tika;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Set;

import org.apache.tika.detect.DefaultDetector;
import org.apache.tika.detect.Detector;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.extractor.DocumentSelector;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.html.HtmlMapper;
import org.apache.tika.parser.html.IdentityHtmlMapper;
import org.apache.tika.parser.microsoft.OfficeParserConfig;
import org.apache.tika.parser.pdf.PDFParserConfig;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;

import io.selfrag.chunker.parse.DocumentParser;
import io.selfrag.chunker.parse.FullDisk;
import io.selfrag.chunker.parse.ParseRequest;
import io.selfrag.chunker.parse.ParseRequest.Content;
import io.selfrag.chunker.parse.ParsedDocument;
import io.selfrag.chunker.parse.text.TextDocumentParser;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/**
 * Parses every supported format in this process. Content decides the type over name and media type, only allowed types
 * are parsed, and nothing embedded is opened. Time and heap are not bounded here.
 */
public final class TikaDocumentParser implements DocumentParser {
  private static final int HEAD = 64 << 10;
  /** Names that promise a format with a signature of its own: plain text under such a name is damage. */
  private static final Set<String> BINARY_EXTENSIONS = Set.of("pdf", "docx", "xlsx", "pptx", "doc", "xls", "ppt", "odt",
      "ods",
      "odp", "epub", "msg", "rtf");

  private final Detector detector = new DefaultDetector();
  private final TextDocumentParser textParser = new TextDocumentParser();

  @Override
  public ParsedDocument parse(ParseRequest request) {
    try {
      byte[] head = head(request.content());
      if (head.length == 0) {
        throw new SelfRagException(ErrorCode.EMPTY_DOCUMENT, "The document has no bytes.");
      }
      if (TextDocumentParser.accepts(head, request.fileName(), request.mediaType())) {
        return textParser.parse(request);
      }
      if (ZipPreflight.looksLikeZip(head)) {
        try (InputStream content = open(request.content())) {
          ZipPreflight.check(content, size(request.content()), request.limits());
        }
      }
      try (TikaInputStream stream = tikaStream(request.content())) {
        return parse(stream, request);
      }
    } catch (IOException e) {
      if (FullDisk.isBehind(e)) {
        throw noRoom(e);
      }
      throw new UncheckedIOException("cannot read a document's content", e);
    }
  }

  private ParsedDocument parse(TikaInputStream stream, ParseRequest request) throws IOException {
    var metadata = new Metadata();
    if (request.fileName() != null) {
      metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, request.fileName());
    } else if (request.mediaType() != null) {
      metadata.set(Metadata.CONTENT_TYPE, request.mediaType());
    }
    String mediaType = detector.detect(stream, metadata).getBaseType().toString();
    SupportedType type = SupportedType.of(mediaType);
    if (type == null) {
      return parseAsTextOrRefuse(mediaType, request);
    }
    var writer = new BlockWriter(request.limits().maxCharacters());
    metadata.set(Metadata.CONTENT_TYPE, mediaType);
    try {
      var blocks = new XhtmlBlocks(writer, type.lines(), SupportedType.isSpreadsheet(mediaType));
      type.parser().parse(stream, blocks, metadata, context());
    } catch (EncryptedDocumentException e) {
      throw new SelfRagException(ErrorCode.ENCRYPTED, "The document is encrypted; upload it without a password.", e);
    } catch (SAXException | TikaException | IOException e) {
      throw failure(e);
    } catch (SelfRagException e) {
      throw e;
    } catch (RuntimeException e) {
      if (FullDisk.isBehind(e)) {
        throw noRoom(e);
      }
      // parsers meet broken files with any exception
      throw new SelfRagException(ErrorCode.CORRUPT, "The document is damaged: the " + type + " parser gave up.", e);
    }
    if (writer.isEmpty()) {
      boolean pagesOnly = type == SupportedType.PDF && writer.pages() > 0;
      throw pagesOnly
          ? new SelfRagException(ErrorCode.NO_TEXT_LAYER,
              "The pages are images without text; run OCR on the document first.")
          : new SelfRagException(ErrorCode.EMPTY_DOCUMENT, "The document holds no text.");
    }
    return writer.document(mediaType);
  }

  /** Parsers unpack into temporary files: a full disk says nothing of the document. */
  private static SelfRagException noRoom(Exception e) {
    return new SelfRagException(ErrorCode.PIPELINE_SATURATED, "There is no room to unpack the document now.", e);
  }

  private static SelfRagException failure(Exception e) {
    if (FullDisk.isBehind(e)) {
      return noRoom(e);
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SelfRagException ours) {
        return ours;
      }
      if (cause instanceof EncryptedDocumentException) {
        return new SelfRagException(ErrorCode.ENCRYPTED, "The document is encrypted; upload it without a password.", e);
      }
    }
    return new SelfRagException(ErrorCode.CORRUPT, "The document is damaged or cut off.", e);
  }

  /** Text that detection knows under some name of its own (source code, configuration) is read as text. */
  private ParsedDocument parseAsTextOrRefuse(String mediaType, ParseRequest request) {
    String extension = extension(request.fileName());
    boolean text = mediaType.startsWith("text/") || mediaType.equals("application/json")
        || mediaType.equals("application/javascript") || mediaType.equals("application/x-sh");
    if (text && BINARY_EXTENSIONS.contains(extension)) {
      throw new SelfRagException(ErrorCode.CORRUPT, "The content is not what the name ." + extension + " says.");
    }
    if (text) {
      return textParser.parse(new ParseRequest(request.content(), request.fileName(), mediaType, request.limits()));
    }
    if (BINARY_EXTENSIONS.contains(extension) && mediaType.equals("application/octet-stream")) {
      throw new SelfRagException(ErrorCode.CORRUPT, "The content is not what the name ." + extension + " says.");
    }
    throw new SelfRagException(ErrorCode.UNSUPPORTED_FORMAT, "Documents of type " + mediaType + " are not supported.");
  }

  private static ParseContext context() {
    var context = new ParseContext();
    var pdf = new PDFParserConfig();
    pdf.setSortByPosition(false);
    pdf.setOcrStrategy(PDFParserConfig.OCR_STRATEGY.NO_OCR);
    pdf.setExtractBookmarksText(false);
    pdf.setExtractAnnotationText(false);
    pdf.setExtractActions(false);
    pdf.setDetectAngles(true);
    pdf.setCatchIntermediateIOExceptions(true);
    context.set(PDFParserConfig.class, pdf);
    var office = new OfficeParserConfig();
    office.setUseSAXDocxExtractor(true);
    office.setUseSAXPptxExtractor(true);
    office.setExtractMacros(false);
    context.set(OfficeParserConfig.class, office);
    context.set(HtmlMapper.class, IdentityHtmlMapper.INSTANCE);
    context.set(DocumentSelector.class, metadata -> false);
    return context;
  }

  private static String extension(@Nullable String fileName) {
    return fileName == null ? "" : fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private static byte[] head(Content content) throws IOException {
    try (InputStream in = open(content)) {
      return in.readNBytes(HEAD);
    }
  }

  private static InputStream open(Content content) throws IOException {
    return switch (content) {
      case Content.Bytes(byte[] bytes) -> new ByteArrayInputStream(bytes);
      case Content.File(var path) -> new BufferedInputStream(Files.newInputStream(path));
    };
  }

  private static TikaInputStream tikaStream(Content content) throws IOException {
    return switch (content) {
      case Content.Bytes(byte[] bytes) -> TikaInputStream.get(bytes);
      case Content.File(var path) -> TikaInputStream.get(path);
    };
  }

  private static long size(Content content) throws IOException {
    return switch (content) {
      case Content.Bytes(byte[] bytes) -> bytes.length;
      case Content.File(var path) -> Files.size(path);
    };
  }

  @Override
  public void close() {
    textParser.close();
  }
}
