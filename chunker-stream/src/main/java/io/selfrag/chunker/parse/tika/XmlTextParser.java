package io.selfrag.chunker.parse.tika;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;

import org.apache.tika.exception.TikaException;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.sax.XHTMLContentHandler;
import org.apache.tika.utils.XMLReaderUtils;
import org.xml.sax.Attributes;
import org.xml.sax.ContentHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * The text of any XML, a paragraph for each element that holds text of its own; Tika's own parser runs neighbours
 * together. No entity or DTD outside the file is read.
 */
final class XmlTextParser implements Parser {
  private static final long serialVersionUID = 1L;

  @Override
  public Set<MediaType> getSupportedTypes(ParseContext context) {
    return Set.of(MediaType.APPLICATION_XML);
  }

  @Override
  public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
      throws IOException, SAXException, TikaException {
    var xhtml = new XHTMLContentHandler(handler, metadata);
    xhtml.startDocument();
    XMLReaderUtils.parseSAX(stream, new Paragraphs(xhtml), context);
    xhtml.endDocument();
  }

  private static final class Paragraphs extends DefaultHandler {
    private final XHTMLContentHandler out;
    private final StringBuilder text = new StringBuilder();

    Paragraphs(XHTMLContentHandler out) {
      this.out = out;
    }

    @Override
    public InputSource resolveEntity(String publicId, String systemId) {
      return new InputSource(new java.io.StringReader(""));
    }

    @Override
    public void startElement(String uri, String localName, String qualifiedName, Attributes attributes)
        throws SAXException {
      flush();
    }

    @Override
    public void endElement(String uri, String localName, String qualifiedName) throws SAXException {
      flush();
    }

    @Override
    public void characters(char[] characters, int start, int length) {
      text.append(characters, start, length);
    }

    private void flush() throws SAXException {
      if (!text.toString().isBlank()) {
        out.element("p", text.toString().strip());
      }
      text.setLength(0);
    }
  }
}
