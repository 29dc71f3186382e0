package io.selfrag.chunker.parse.tika;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

import org.apache.tika.exception.TikaException;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.microsoft.rtf.RTFParser;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/** Tika's RTF parser, whose events say tables and headings as those of every other format do. */
final class MarkedRtfParser extends RTFParser {
  private static final long serialVersionUID = 1L;

  @Override
  public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
      throws IOException, SAXException, TikaException {
    super.parse(new RtfMarks(new BufferedInputStream(stream)), new RtfStructure(handler), metadata, context);
  }
}
