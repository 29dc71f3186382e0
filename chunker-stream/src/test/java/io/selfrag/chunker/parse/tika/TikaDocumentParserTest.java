package io.selfrag.chunker.parse.tika;

import io.selfrag.chunker.parse.DocumentParser;
import io.selfrag.chunker.parse.DocumentParserContract;

class TikaDocumentParserTest extends DocumentParserContract {
  private final TikaDocumentParser parser = new TikaDocumentParser();

  @Override
  protected DocumentParser parser() {
    return parser;
  }
}
