package io.selfrag.chunker.parse.tika.pdf;

import java.io.IOException;
import java.io.InputStream;

import org.apache.pdfbox.io.RandomAccessStreamCache.StreamCacheCreateFunction;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.pdf.PDFParser;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * Tika's PDF parser, whose events say headings and tables as those of every other format do. The typography is read from the
 * same document before the text is.
 */
public final class StructuredPdfParser extends PDFParser {
  private static final long serialVersionUID = 1L;

  @Override
  public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
      throws IOException, SAXException, TikaException {
    super.parse(stream, new MarkedUpText(handler, () -> context.get(PdfLayout.class, PdfLayout.UNKNOWN)), metadata,
        context);
  }

  @Override
  protected PDDocument getPDDocument(InputStream stream, TikaInputStream tikaStream, String password,
      StreamCacheCreateFunction cache, Metadata metadata, ParseContext context)
      throws IOException, EncryptedDocumentException {
    PDDocument document = super.getPDDocument(stream, tikaStream, password, cache, metadata, context);
    context.set(PdfLayout.class, PdfLayout.of(document));
    return document;
  }
}
