package io.selfrag.chunker.parse.tika;

import java.util.Map;
import java.util.Set;

import org.apache.tika.parser.Parser;
import org.apache.tika.parser.epub.EpubParser;
import org.apache.tika.parser.html.JSoupParser;
import org.apache.tika.parser.mail.RFC822Parser;
import org.apache.tika.parser.microsoft.OfficeParser;
import org.apache.tika.parser.microsoft.ooxml.OOXMLParser;
import org.apache.tika.parser.odf.OpenDocumentParser;
import io.selfrag.chunker.parse.tika.pdf.StructuredPdfParser;
import org.jspecify.annotations.Nullable;

/** The detected types that are parsed; everything else is refused. */
enum SupportedType {
  PDF, OOXML, SLIDES, OLE, ODF, RTF, HTML, EPUB, MAIL, XML;

  private static final String OPEN_XML = "application/vnd.openxmlformats-officedocument.";
  private static final String OPEN_DOCUMENT = "application/vnd.oasis.opendocument.";
  private static final Set<String> SPREADSHEETS = Set.of(OPEN_XML + "spreadsheetml.sheet",
      "application/vnd.ms-excel.sheet.macroenabled.12", "application/vnd.ms-excel", OPEN_DOCUMENT + "spreadsheet");
  private static final Map<String, SupportedType> BY_MEDIA_TYPE = Map.ofEntries(Map.entry("application/pdf", PDF),
      Map.entry(OPEN_XML + "wordprocessingml.document", OOXML),
      Map.entry(OPEN_XML + "wordprocessingml.template", OOXML),
      Map.entry("application/vnd.ms-word.document.macroenabled.12", OOXML),
      Map.entry(OPEN_XML + "spreadsheetml.sheet", OOXML),
      Map.entry("application/vnd.ms-excel.sheet.macroenabled.12", OOXML),
      Map.entry(OPEN_XML + "presentationml.presentation", SLIDES),
      Map.entry(OPEN_XML + "presentationml.slideshow", SLIDES),
      Map.entry("application/vnd.ms-powerpoint.presentation.macroenabled.12", SLIDES),
      Map.entry("application/x-tika-ooxml-protected", OLE), Map.entry("application/msword", OLE),
      Map.entry("application/vnd.ms-excel", OLE), Map.entry("application/vnd.ms-powerpoint", OLE),
      Map.entry("application/vnd.ms-outlook", OLE), Map.entry(OPEN_DOCUMENT + "text", ODF),
      Map.entry(OPEN_DOCUMENT + "spreadsheet", ODF), Map.entry(OPEN_DOCUMENT + "presentation", ODF),
      Map.entry("application/rtf", RTF), Map.entry("text/rtf", RTF), Map.entry("text/html", HTML),
      Map.entry("application/xhtml+xml", HTML), Map.entry("application/epub+zip", EPUB),
      Map.entry("message/rfc822", MAIL),
      Map.entry("application/xml", XML), Map.entry("text/xml", XML));

  static @Nullable SupportedType of(String mediaType) {
    SupportedType known = BY_MEDIA_TYPE.get(mediaType);
    return known == null && mediaType.endsWith("+xml") ? XML : known;
  }

  static boolean isSpreadsheet(String mediaType) {
    return SPREADSHEETS.contains(mediaType);
  }

  Parser parser() {
    return switch (this) {
      case PDF -> new StructuredPdfParser();
      case OOXML -> new OOXMLParser();
      case SLIDES -> new SlidesParser();
      case OLE -> new OfficeParser();
      case ODF -> new OpenDocumentParser();
      case RTF -> new MarkedRtfParser();
      case HTML -> new JSoupParser();
      case EPUB -> new EpubParser();
      case MAIL -> new RFC822Parser();
      case XML -> new XmlTextParser();
    };
  }

  LinePolicy lines() {
    return switch (this) {
      case PDF -> LinePolicy.JOIN_PRINTED;
      case HTML, EPUB -> LinePolicy.COLLAPSE;
      case OOXML, SLIDES, OLE, ODF, RTF, MAIL, XML -> LinePolicy.KEEP;
    };
  }
}
