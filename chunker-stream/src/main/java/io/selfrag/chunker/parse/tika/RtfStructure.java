package io.selfrag.chunker.parse.tika;

import org.apache.tika.sax.ContentHandlerDecorator;
import org.apache.tika.sax.XHTMLContentHandler;
import org.xml.sax.Attributes;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.AttributesImpl;

/** Makes rows, cells and headings of the marks that {@link RtfMarks} has set; no mark goes through. */
final class RtfStructure extends ContentHandlerDecorator {
  private final StringBuilder cell = new StringBuilder();
  private boolean inTable;
  private boolean inRow;
  private boolean rowOpen;
  private int heading;

  RtfStructure(ContentHandler handler) {
    super(handler);
  }

  @Override
  public void characters(char[] characters, int start, int length) throws SAXException {
    int from = start;
    for (int i = start; i < start + length; i++) {
      if (isMark(characters[i])) {
        text(characters, from, i - from);
        mark(characters[i]);
        from = i + 1;
      }
    }
    text(characters, from, start + length - from);
  }

  private static boolean isMark(char c) {
    return c >= RtfMarks.ROW_STARTS && c < RtfMarks.HEADING + RtfMarks.LEVELS;
  }

  private void mark(char mark) throws SAXException {
    switch (mark) {
      case RtfMarks.ROW_STARTS -> {
        if (!inTable) {
          start("table");
        }
        inTable = true;
        inRow = true;
      }
      case RtfMarks.CELL_ENDS -> {
        if (inRow) {
          endCell();
        }
      }
      case RtfMarks.ROW_ENDS -> endRow();
      default -> {
        if (!inTable) {
          endHeading();
          heading = Math.min(6, mark - RtfMarks.HEADING + 1);
          start("h" + heading);
        }
      }
    }
  }

  private void text(char[] characters, int start, int length) throws SAXException {
    boolean blank = new String(characters, start, length).isBlank();
    if (inTable && !inRow && !blank) {
      endTable();
    }
    if (inTable) {
      cell.append(characters, start, length);
    } else if (length > 0) {
      super.characters(characters, start, length);
    }
  }

  private void endCell() throws SAXException {
    if (!rowOpen) {
      start("tr");
      rowOpen = true;
    }
    start("td");
    super.characters(cell.toString().toCharArray(), 0, cell.length());
    end("td");
    cell.setLength(0);
  }

  private void endRow() throws SAXException {
    if (!inRow) {
      return;
    }
    if (!cell.toString().isBlank()) {
      endCell();
    }
    cell.setLength(0);
    if (rowOpen) {
      end("tr");
    }
    rowOpen = false;
    inRow = false;
  }

  private void endTable() throws SAXException {
    endRow();
    cell.setLength(0);
    end("table");
    inTable = false;
    start("p");
  }

  private void endHeading() throws SAXException {
    if (heading > 0) {
      end("h" + heading);
    }
    heading = 0;
  }

  @Override
  public void startElement(String uri, String localName, String name, Attributes attributes) throws SAXException {
    if (!inTable) {
      super.startElement(uri, localName, name, attributes);
    }
  }

  @Override
  public void endElement(String uri, String localName, String name) throws SAXException {
    if (inTable && localName.equals("body")) {
      endTable();
    }
    if (localName.equals("p") || localName.equals("li") || localName.equals("body")) {
      endHeading();
    }
    if (!inTable) {
      super.endElement(uri, localName, name);
    } else if (localName.equals("p")) {
      cell.append('\n');
    }
  }

  private void start(String element) throws SAXException {
    super.startElement(XHTMLContentHandler.XHTML, element, element, new AttributesImpl());
  }

  private void end(String element) throws SAXException {
    super.endElement(XHTMLContentHandler.XHTML, element, element);
  }
}
