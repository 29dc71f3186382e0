package io.selfrag.chunker.parse.tika;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.microsoft.ooxml.OOXMLParser;
import org.apache.tika.sax.ContentHandlerDecorator;
import org.apache.tika.sax.XHTMLContentHandler;
import org.apache.tika.utils.XMLReaderUtils;
import org.jspecify.annotations.Nullable;
import org.xml.sax.Attributes;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.AttributesImpl;
import org.xml.sax.helpers.DefaultHandler;

/** Presentations, with the titles of their slides as headings: Tika does not say which text is in a title's place. */
final class SlidesParser extends OOXMLParser {
  private static final long serialVersionUID = 1L;
  private static final Set<String> TITLES = Set.of("title", "ctrTitle");
  private static final Pattern SLIDE = Pattern.compile("ppt/slides/slide\\d+\\.xml");

  @Override
  public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
      throws IOException, SAXException, TikaException {
    var titles = new HashSet<String>();
    try (var zip = new ZipFile(TikaInputStream.cast(stream).getFile())) {
      for (ZipEntry entry : zip.stream().filter(entry -> SLIDE.matcher(entry.getName()).matches()).toList()) {
        try (InputStream slide = zip.getInputStream(entry)) {
          XMLReaderUtils.parseSAX(slide, new Titles(titles), context);
        }
      }
    }
    super.parse(stream, new TitledSlides(handler, titles), metadata, context);
  }

  private static String comparable(CharSequence text) {
    return text.toString().replaceAll("\\s+", "");
  }

  /** Collects the paragraphs of one slide that stand in the place of its title. */
  private static final class Titles extends DefaultHandler {
    private final Set<String> titles;
    private final StringBuilder text = new StringBuilder();
    private boolean title;

    Titles(Set<String> titles) {
      this.titles = titles;
    }

    @Override
    public void startElement(String uri, String localName, String name, Attributes attributes) {
      switch (localName) {
        case "sp" -> title = false;
        case "ph" -> title = TITLES.contains(String.valueOf(attributes.getValue("type")));
        case "p" -> text.setLength(0);
        default -> {
          // only text and its place matter
        }
      }
    }

    @Override
    public void characters(char[] characters, int start, int length) {
      text.append(characters, start, length);
    }

    @Override
    public void endElement(String uri, String localName, String name) {
      if (title && localName.equals("p") && !text.toString().isBlank()) {
        titles.add(comparable(text));
      }
    }
  }

  /** Makes the first paragraph of a slide that is a title its heading. */
  private static final class TitledSlides extends ContentHandlerDecorator {
    private final Set<String> titles;
    /** Text of the paragraph at hand while it may be the title, else null. */
    private @Nullable StringBuilder paragraph;
    private boolean untitled;

    TitledSlides(ContentHandler handler, Set<String> titles) {
      super(handler);
      this.titles = titles;
    }

    @Override
    public void startElement(String uri, String localName, String name, Attributes attributes) throws SAXException {
      pass("p");
      if (localName.equals("div") && "slide-content".equals(attributes.getValue("class"))) {
        untitled = true;
      }
      if (untitled && localName.equals("p")) {
        paragraph = new StringBuilder();
      } else {
        super.startElement(uri, localName, name, attributes);
      }
    }

    @Override
    public void characters(char[] characters, int start, int length) throws SAXException {
      if (paragraph == null) {
        super.characters(characters, start, length);
      } else {
        paragraph.append(characters, start, length);
      }
    }

    @Override
    public void endElement(String uri, String localName, String name) throws SAXException {
      if (paragraph != null && titles.contains(comparable(paragraph))) {
        untitled = false;
        pass("h1");
        super.endElement(uri, "h1", "h1");
      } else {
        pass("p");
        super.endElement(uri, localName, name);
      }
    }

    /** Starts the element that was held back, with its text. */
    private void pass(String element) throws SAXException {
      if (paragraph != null) {
        char[] text = paragraph.toString().toCharArray();
        paragraph = null;
        super.startElement(XHTMLContentHandler.XHTML, element, element, new AttributesImpl());
        super.characters(text, 0, text.length);
      }
    }
  }
}
