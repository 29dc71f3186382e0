package io.selfrag.chunker.parse.tika.pdf;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDFontDescriptor;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;
import org.apache.pdfbox.util.Matrix;

/** Reads the lines of each page as Tika does, with where and how they are printed; turned text is left out. */
final class PdfLineReader extends PDFTextStripper {
  /** What is kept in memory of one document, some tens of megabytes; pages behind have no lines. */
  private static final int MOST_LINES = 150_000;
  private static final Pattern BOLD = Pattern.compile("(?i)bold|black|heavy|demi|-medi|cmbx|simhei|heiti|黑体");
  private static final int HEAVY = 600;

  private final PdfTags tags;
  private final List<List<PdfLine>> pages = new ArrayList<>();
  private final Map<PDFont, Boolean> boldFonts = new HashMap<>();
  private final IdentityHashMap<TextPosition, Integer> tagged = new IdentityHashMap<>();
  private final List<Integer> openTags = new ArrayList<>();
  private List<PdfLine> lines = new ArrayList<>();
  private PdfLineBuilder line = new PdfLineBuilder();
  private int kept;

  private PdfLineReader(PdfTags tags) {
    this.tags = tags;
  }

  /** The lines of each page; none for a page that cannot be read, which Tika finds out, too. */
  static List<List<PdfLine>> read(PDDocument document, PdfTags tags) throws IOException {
    var reader = new PdfLineReader(tags);
    reader.writeText(document, Writer.nullWriter());
    return reader.pages;
  }

  @Override
  public void processPage(PDPage page) throws IOException {
    lines = new ArrayList<>();
    tagged.clear();
    openTags.clear();
    int rotation = page.getRotation();
    try {
      if (kept < MOST_LINES) {
        page.setRotation(0);
        super.processPage(page);
      }
      pages.add(lines);
    } catch (IOException e) {
      pages.add(List.of());
    } finally {
      page.setRotation(rotation);
    }
    kept += lines.size();
  }

  @Override
  public void beginMarkedContentSequence(COSName tag, COSDictionary properties) {
    super.beginMarkedContentSequence(tag, properties);
    int id = properties == null ? -1 : properties.getInt(COSName.MCID, -1);
    int around = openTags.isEmpty() ? 0 : openTags.getLast();
    openTags.add(id < 0 ? around : tags.level(getCurrentPage(), id));
  }

  @Override
  public void endMarkedContentSequence() {
    super.endMarkedContentSequence();
    if (!openTags.isEmpty()) {
      openTags.removeLast();
    }
  }

  @Override
  protected void processTextPosition(TextPosition text) {
    Matrix matrix = text.getTextMatrix().clone();
    matrix.concatenate(text.getFont().getFontMatrix());
    if (Math.round(Math.toDegrees(Math.atan2(matrix.getShearY(), matrix.getScaleY()))) != 0) {
      return;
    }
    if (!openTags.isEmpty() && openTags.getLast() > 0) {
      tagged.put(text, openTags.getLast());
    }
    super.processTextPosition(text);
  }

  @Override
  protected void writeString(String word, List<TextPosition> positions) {
    line.word(word, positions, position -> boldFonts.computeIfAbsent(position.getFont(), PdfLineReader::isBold),
        position -> tagged.getOrDefault(position, 0));
  }

  @Override
  protected void writeLineSeparator() {
    line.build().ifPresent(lines::add);
    line = new PdfLineBuilder();
  }

  @Override
  protected void writeParagraphEnd() throws IOException {
    super.writeParagraphEnd();
    writeLineSeparator();
  }

  @Override
  protected void endPage(PDPage page) throws IOException {
    super.endPage(page);
    writeLineSeparator();
  }

  private static boolean isBold(PDFont font) {
    PDFontDescriptor descriptor = font.getFontDescriptor();
    boolean described = descriptor != null && (descriptor.getFontWeight() >= HEAVY || descriptor.isForceBold());
    return described || (font.getName() != null && BOLD.matcher(font.getName()).find());
  }
}
