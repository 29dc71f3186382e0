package io.selfrag.chunker.parse.tika.pdf;

import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.documentinterchange.logicalstructure.PDMarkedContentReference;
import org.apache.pdfbox.pdmodel.documentinterchange.logicalstructure.PDStructureElement;
import org.apache.pdfbox.pdmodel.documentinterchange.logicalstructure.PDStructureNode;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineItem;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineNode;
import org.jspecify.annotations.Nullable;

/** The headings that a document names itself: in its structure tree, and in its bookmarks. */
final class PdfTags {
  /** Trees of real documents are far smaller; those of hostile ones may be endless. */
  private static final int MOST_NODES = 500_000;
  private static final int DEEPEST = 100;
  private static final int DEEPEST_HEADING = 6;

  private final Map<COSDictionary, Map<Integer, Integer>> levels = new HashMap<>();
  private final Map<COSDictionary, Map<String, Integer>> bookmarks = new HashMap<>();
  private int nodes;

  static PdfTags of(PDDocument document) throws IOException {
    var tags = new PdfTags();
    var catalog = document.getDocumentCatalog();
    if (catalog.getStructureTreeRoot() != null) {
      tags.elements(catalog.getStructureTreeRoot(), null, 0, 0);
    }
    if (catalog.getDocumentOutline() != null) {
      tags.bookmarks(document, catalog.getDocumentOutline(), 1);
    }
    return tags;
  }

  /** Level of the heading that the marked content is part of; 0 for none. */
  int level(PDPage page, int markedContent) {
    return levels.getOrDefault(page.getCOSObject(), Map.of()).getOrDefault(markedContent, 0);
  }

  /** Titles of the bookmarks to a page, without white space and in lower case, each with its depth. */
  Map<String, Integer> bookmarks(PDPage page) {
    return bookmarks.getOrDefault(page.getCOSObject(), Map.of());
  }

  private void elements(PDStructureNode node, @Nullable PDPage page, int heading, int depth) {
    if (depth > DEEPEST) {
      return;
    }
    for (Object kid : node.getKids()) {
      if (++nodes > MOST_NODES) {
        return;
      }
      switch (kid) {
        case PDStructureElement element -> {
          int level = levelOf(element.getStandardStructureType());
          elements(element, element.getPage() == null ? page : element.getPage(), level > 0 ? level : heading,
              depth + 1);
        }
        case PDMarkedContentReference reference ->
          mark(reference.getPage() == null ? page : reference.getPage(), reference.getMCID(), heading);
        case Integer id -> mark(page, id, heading);
        default -> {
          // a reference to an annotation has no text of the page
        }
      }
    }
  }

  private void mark(@Nullable PDPage page, int id, int heading) {
    if (page != null && heading > 0) {
      levels.computeIfAbsent(page.getCOSObject(), _ -> new HashMap<>()).put(id, heading);
    }
  }

  private static int levelOf(@Nullable String type) {
    return switch (type) {
      case "Title", "H", "H1" -> 1;
      case "H2" -> 2;
      case "H3" -> 3;
      case "H4" -> 4;
      case "H5" -> 5;
      case "H6" -> DEEPEST_HEADING;
      case null, default -> 0;
    };
  }

  private void bookmarks(PDDocument document, PDOutlineNode parent, int depth) throws IOException {
    if (depth > DEEPEST) {
      return;
    }
    for (PDOutlineItem item = parent.getFirstChild(); item != null
        && ++nodes <= MOST_NODES; item = item.getNextSibling()) {
      PDPage page = item.findDestinationPage(document);
      String title = item.getTitle();
      if (page != null && title != null && !title.isBlank()) {
        bookmarks.computeIfAbsent(page.getCOSObject(), _ -> new HashMap<>())
            .put(Spaces.without(title).toLowerCase(Locale.ROOT), Math.min(depth, DEEPEST_HEADING));
      }
      bookmarks(document, item, depth + 1);
    }
  }
}
