package io.selfrag.chunker.split;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

import io.selfrag.chunker.parse.Block;
import io.selfrag.chunker.parse.Block.Kind;
import io.selfrag.chunker.parse.ParseRequest;
import io.selfrag.chunker.parse.ParsedDocument;
import io.selfrag.chunker.parse.text.TextDocumentParser;

/** Documents for chunker tests, outlined as the pipeline would. */
final class Documents {
  private Documents() {}

  static ParsedDocument markdown(String text) {
    return parse(text, "doc.md");
  }

  static ParsedDocument java(String text) {
    return parse(text, "Doc.java");
  }

  /** Blocks of any kind with any content, as no parser of ours gives them, but as the port allows them. */
  static ParsedDocument anything(RandomTexts texts) {
    var text = new StringBuilder();
    var blocks = new ArrayList<Block>();
    int page = 0;
    int size = 1 + texts.below(25);
    for (int i = 0; i < size; i++) {
      Kind kind = Kind.values()[texts.below(Kind.values().length)];
      text.append(text.isEmpty() ? "" : "\r\n\n ".substring(texts.below(2)));
      if (kind == Kind.PAGE_BREAK) {
        blocks.add(new Block(kind, 0, text.length(), text.length(), ++page));
        continue;
      }
      int start = text.length();
      text.append(switch (texts.below(5)) {
        case 0 -> texts.odd();
        case 1 -> texts.pathological();
        case 2 -> texts.largeRows();
        case 3 -> texts.code(1 + texts.below(40)).strip();
        default -> texts.paragraph(1 + texts.below(30), texts.below(2) == 0);
      });
      blocks.add(new Block(kind, kind == Kind.HEADING ? 1 + texts.below(9) : 0, start, text.length(), page));
    }
    int start = text.append("\n\n").length();
    blocks.add(new Block(Kind.PARAGRAPH, 0, start, text.append("end").length(), page));
    return new ParsedDocument(text.toString(), "text/plain", blocks);
  }

  private static ParsedDocument parse(String text, String name) {
    try (var parser = new TextDocumentParser()) {
      return parser.parse(ParseRequest.ofBytes(text.getBytes(StandardCharsets.UTF_8), name, null));
    }
  }
}
