package io.selfrag.chunker.parse.tika;

import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.xml.sax.Attributes;
import org.xml.sax.helpers.DefaultHandler;

import io.selfrag.chunker.parse.Block.Kind;

/**
 * Turns the XHTML events in which Tika reports every format into blocks. Navigation, scripts and styles are dropped, rows
 * of tables become lines with {@code " | "} between cells, items of lists lines with a dash.
 */
final class XhtmlBlocks extends DefaultHandler {
  private static final Set<String> DROPPED = Set.of("head", "script", "style", "noscript", "template", "nav", "svg",
      "select",
      "button");
  private static final Set<String> BREAKING = Set.of("p", "div", "section", "article", "aside", "main", "header",
      "footer",
      "blockquote", "figure", "figcaption", "address", "dl", "dt", "dd", "fieldset", "form", "center", "hr", "details",
      "summary", "body", "caption");
  private static final Set<String> PAGES = Set.of("page", "slide-content", "slide");

  private final BlockWriter out;
  private final LinePolicy lines;
  private final TableRows table;
  private final StringBuilder prose = new StringBuilder();
  private final StringBuilder list = new StringBuilder();
  private int dropped;
  private int heading;
  private int listDepth;
  private int preformatted;

  XhtmlBlocks(BlockWriter out, LinePolicy lines, boolean keepEmptyCells) {
    this.out = out;
    this.lines = lines;
    this.table = new TableRows(keepEmptyCells);
  }

  @Override
  public void startElement(String uri, String localName, String qualifiedName, Attributes attributes) {
    String name = localName.toLowerCase(Locale.ROOT);
    if (dropped > 0 || DROPPED.contains(name)) {
      dropped++;
      return;
    }
    if (name.equals("div") && PAGES.contains(String.valueOf(attributes.getValue("class")))) {
      endBlock();
      out.page();
    }
    if (table.isOpen() || name.equals("table")) {
      startInTable(name);
    } else {
      startInFlow(name);
    }
  }

  private void startInTable(String name) {
    switch (name) {
      case "table" -> {
        if (!table.isOpen()) {
          endBlock();
        }
        table.open();
      }
      case "tr" -> table.row();
      case "td", "th" -> table.cell();
      default -> table.space();
    }
  }

  private void startInFlow(String name) {
    switch (name) {
      case "h1", "h2", "h3", "h4", "h5", "h6" -> {
        endBlock();
        heading = name.charAt(1) - '0';
      }
      case "title" -> endBlock();
      case "ul", "ol" -> {
        endItem();
        if (listDepth == 0) {
          endBlock();
        }
        listDepth++;
      }
      case "li" -> endItem();
      case "pre" -> {
        endBlock();
        preformatted++;
      }
      case "br" -> prose.append('\n');
      default -> {
        if (BREAKING.contains(name) && heading == 0) {
          endParagraph();
        }
      }
    }
  }

  @Override
  public void endElement(String uri, String localName, String qualifiedName) {
    if (dropped > 0) {
      dropped--;
      return;
    }
    String name = localName.toLowerCase(Locale.ROOT);
    if (table.isOpen()) {
      endInTable(name);
      return;
    }
    switch (name) {
      case "h1", "h2", "h3", "h4", "h5", "h6", "title" -> endBlock();
      case "ul", "ol" -> {
        endItem();
        listDepth = Math.max(0, listDepth - 1);
        if (listDepth == 0) {
          endBlock();
        }
      }
      case "li" -> endItem();
      case "pre" -> {
        endBlock();
        preformatted = Math.max(0, preformatted - 1);
      }
      default -> {
        if (BREAKING.contains(name) && heading == 0) {
          endParagraph();
        }
      }
    }
  }

  private void endInTable(String name) {
    switch (name) {
      case "table" -> {
        String rows = table.close();
        if (rows != null) {
          out.add(table.isGrid() ? Kind.TABLE : Kind.PARAGRAPH, 0, rows);
        }
      }
      case "tr" -> table.row();
      default -> table.space();
    }
  }

  @Override
  public void characters(char[] characters, int start, int length) {
    if (dropped > 0) {
      return;
    }
    if (table.isOpen()) {
      table.text(characters, start, length);
    } else {
      prose.append(characters, start, length);
    }
  }

  @Override
  public void ignorableWhitespace(char[] characters, int start, int length) {
    characters(characters, start, length);
  }

  @Override
  public void endDocument() {
    @Nullable
    String rows = table.closeAll();
    if (rows != null) {
      out.add(Kind.TABLE, 0, rows);
    }
    endBlock();
  }

  /** A paragraph inside a list or a block of code stays part of it. */
  private void endParagraph() {
    if (listDepth > 0) {
      prose.append(' ');
    } else if (preformatted > 0) {
      prose.append('\n');
    } else {
      endBlock();
    }
  }

  private void endItem() {
    if (listDepth == 0) {
      return;
    }
    String item = LinePolicy.COLLAPSE.apply(prose.toString()).strip();
    prose.setLength(0);
    if (!item.isEmpty()) {
      list.append("  ".repeat(listDepth - 1)).append("- ").append(item).append('\n');
    }
  }

  private void endBlock() {
    endItem();
    if (!list.isEmpty()) {
      out.add(Kind.LIST, 0, list.toString());
      list.setLength(0);
    }
    if (!prose.isEmpty()) {
      String raw = prose.toString();
      prose.setLength(0);
      if (heading > 0) {
        out.add(Kind.HEADING, heading, LinePolicy.COLLAPSE.apply(raw.replace('\n', ' ')).strip());
      } else if (preformatted > 0) {
        out.add(Kind.CODE, 0, raw);
      } else {
        out.add(Kind.PARAGRAPH, 0, lines.apply(raw).strip());
      }
    }
    heading = 0;
  }
}
