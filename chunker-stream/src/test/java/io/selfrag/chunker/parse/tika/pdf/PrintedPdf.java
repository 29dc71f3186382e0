package io.selfrag.chunker.parse.tika.pdf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.documentinterchange.logicalstructure.PDStructureElement;
import org.apache.pdfbox.pdmodel.documentinterchange.logicalstructure.PDStructureTreeRoot;
import org.apache.pdfbox.pdmodel.documentinterchange.markedcontent.PDPropertyList;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.destination.PDPageFitDestination;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDDocumentOutline;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineItem;

/** A PDF that is set line by line: each at its place, in its size and weight. */
final class PrintedPdf implements AutoCloseable {
  // each document needs its own: a font remembers under which number it was written
  private final PDType1Font light = new PDType1Font(FontName.HELVETICA);
  private final PDType1Font bolder = new PDType1Font(FontName.HELVETICA_BOLD);
  private final PDDocument document = new PDDocument();
  private PDPage page = new PDPage();
  private PDPageContentStream content;
  private int y;
  private int marks;

  PrintedPdf() {
    content = open();
  }

  private PDPageContentStream open() {
    document.addPage(page);
    y = 740;
    try {
      return new PDPageContentStream(document, page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  PrintedPdf newPage() {
    closeContent();
    page = new PDPage();
    content = open();
    return this;
  }

  PrintedPdf down(int points) {
    y -= points;
    return this;
  }

  /** Starts again so high above the bottom of the page. */
  PrintedPdf at(int height) {
    y = height;
    return this;
  }

  int height() {
    return y;
  }

  PrintedPdf text(String... lines) {
    for (String line : lines) {
      cells(10, false, 60, line).down(13);
    }
    return this;
  }

  PrintedPdf column(int left, String... lines) {
    for (String line : lines) {
      cells(10, false, left, line).down(13);
    }
    return this;
  }

  PrintedPdf line(int size, boolean bold, String line) {
    return cells(size, bold, 60, line).down(size * 2);
  }

  /** Cells of one line: a place from the left and a text, in turn. */
  PrintedPdf row(Object... placesAndTexts) {
    for (int i = 0; i < placesAndTexts.length; i += 2) {
      cells(10, false, (Integer) placesAndTexts[i], (String) placesAndTexts[i + 1]);
    }
    return down(16);
  }

  private PrintedPdf cells(int size, boolean bold, int left, String text) {
    try {
      content.setFont(bold ? bolder : light, size);
      content.beginText();
      content.newLineAtOffset(left, y);
      content.showText(text);
      content.endText();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A line that the structure tree calls a heading, set as all the rest is. */
  PrintedPdf tagged(String type, String line) {
    try {
      if (document.getDocumentCatalog().getStructureTreeRoot() == null) {
        document.getDocumentCatalog().setStructureTreeRoot(new PDStructureTreeRoot());
      }
      var root = document.getDocumentCatalog().getStructureTreeRoot();
      var element = new PDStructureElement(type, root);
      element.setPage(page);
      element.appendKid(marks);
      root.appendKid(element);
      var properties = new COSDictionary();
      properties.setInt(COSName.MCID, marks++);
      content.beginMarkedContent(COSName.getPDFName(type), PDPropertyList.create(properties));
      text(line);
      content.endMarkedContent();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  PrintedPdf bookmark(String title) {
    var outline = document.getDocumentCatalog().getDocumentOutline();
    if (outline == null) {
      outline = new PDDocumentOutline();
      document.getDocumentCatalog().setDocumentOutline(outline);
    }
    var destination = new PDPageFitDestination();
    destination.setPage(page);
    var item = new PDOutlineItem();
    item.setTitle(title);
    item.setDestination(destination);
    outline.addLast(item);
    return this;
  }

  byte[] bytes() {
    closeContent();
    try {
      var bytes = new ByteArrayOutputStream();
      document.save(bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void closeContent() {
    try {
      content.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      document.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
