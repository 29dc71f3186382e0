package io.selfrag.chunker.parse.tika.pdf;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import org.apache.tika.sax.ContentHandlerDecorator;
import org.xml.sax.Attributes;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.AttributesImpl;

import io.selfrag.chunker.parse.tika.pdf.PdfPage.Line;
import io.selfrag.chunker.parse.tika.pdf.PdfPage.Part;

/**
 * Passes Tika's events on with the headings and tables of each page marked up. Every character goes through, in its order.
 */
final class MarkedUpText extends ContentHandlerDecorator {
  private static final String XHTML = "http://www.w3.org/1999/xhtml";

  private final Supplier<PdfLayout> layout;
  private final StringBuilder paragraph = new StringBuilder();
  private final List<Line> lines = new ArrayList<>();
  private int page = -1;
  /** Open elements from that of the page on; 0 outside of pages. */
  private int depth;
  private int paragraphs;

  MarkedUpText(ContentHandler handler, Supplier<PdfLayout> layout) {
    super(handler);
    this.layout = layout;
  }

  @Override
  public void startElement(String uri, String localName, String name, Attributes attributes) throws SAXException {
    if (depth == 1 && localName.equals("p")) {
      endParagraph();
      return;
    }
    if (depth > 0) {
      flush();
      depth++;
    } else if (localName.equals("div") && "page".equals(attributes.getValue("class"))) {
      page++;
      depth = 1;
    }
    super.startElement(uri, localName, name, attributes);
  }

  @Override
  public void endElement(String uri, String localName, String name) throws SAXException {
    if (depth == 1 && localName.equals("p")) {
      endParagraph();
      return;
    }
    if (depth > 0) {
      flush();
      depth--;
    }
    super.endElement(uri, localName, name);
  }

  @Override
  public void characters(char[] characters, int start, int length) throws SAXException {
    if (depth == 1) {
      paragraph.append(characters, start, length);
    } else {
      super.characters(characters, start, length);
    }
  }

  @Override
  public void ignorableWhitespace(char[] characters, int start, int length) throws SAXException {
    characters(characters, start, length);
  }

  private void endParagraph() {
    paragraphs++;
    paragraph.toString().lines().filter(line -> !line.isBlank())
        .forEach(line -> lines.add(new Line(line, paragraphs)));
    paragraph.setLength(0);
  }

  /** Passes on what has been collected of the page. */
  private void flush() throws SAXException {
    endParagraph();
    for (Part part : new PdfPage(layout.get(), page, lines).parts()) {
      switch (part) {
        case Part.Paragraph(var text) -> element("p", String.join("\n", text));
        case Part.Heading(int level, String text) -> element("h" + level, text);
        case Part.Table(var rows) -> table(rows);
      }
    }
    lines.clear();
  }

  private void table(List<List<String>> rows) throws SAXException {
    start("table");
    for (List<String> row : rows) {
      start("tr");
      for (String cell : row) {
        element("td", cell);
      }
      end("tr");
    }
    end("table");
  }

  private void element(String name, String text) throws SAXException {
    start(name);
    super.characters(text.toCharArray(), 0, text.length());
    end(name);
  }

  private void start(String name) throws SAXException {
    super.startElement(XHTML, name, name, new AttributesImpl());
  }

  private void end(String name) throws SAXException {
    super.endElement(XHTML, name, name);
  }
}
