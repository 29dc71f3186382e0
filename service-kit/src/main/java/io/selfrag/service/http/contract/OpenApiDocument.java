package io.selfrag.service.http.contract;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The whole contract; {@code openapi/document.yaml} says how to add a route to it. */
public final class OpenApiDocument {
  private OpenApiDocument() {}

  /** A document of one's own, read anew; blocks. */
  public static ObjectNode read() {
    var whole = DocumentFiles.together();
    SchemaShorthand.writeOut(whole);
    OperationAnswers.add(whole, DocumentFiles.errors());
    return whole;
  }

  /** The same as it is sent. */
  static byte[] bytes() {
    return JsonMapper.shared().writeValueAsBytes(read());
  }
}
