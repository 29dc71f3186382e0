package io.selfrag.chunker.split;

import java.nio.charset.StandardCharsets;

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

  private static ParsedDocument parse(String text, String name) {
    try (var parser = new TextDocumentParser()) {
      return parser.parse(ParseRequest.ofBytes(text.getBytes(StandardCharsets.UTF_8), name, null));
    }
  }
}
