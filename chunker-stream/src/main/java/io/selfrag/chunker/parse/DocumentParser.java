package io.selfrag.chunker.parse;

/**
 * Turns the bytes of a document into plain text with structure. Implementations are safe for concurrent callers, never
 * follow a reference out of the document, and give the same result for the same bytes and hints.
 */
public interface DocumentParser extends AutoCloseable {

  /**
   * Parses one document; blocks until done or until the time limit of the request.
   *
   * @throws io.selfrag.schemas.SelfRagException with {@code ENCRYPTED}, {@code CORRUPT}, {@code EMPTY_DOCUMENT} (nothing in
   *     it), {@code NO_TEXT_LAYER} (pages of images only), {@code PARSE_TIMEOUT}, {@code ARCHIVE_LIMIT} (inflates beyond the
   *     limits), {@code UNSUPPORTED_FORMAT} or {@code PAYLOAD_TOO_LARGE} (more text than the limit); none of them is worth
   *     a retry
   */
  ParsedDocument parse(ParseRequest request);

  /** Frees processes and files; a call in flight may fail. Idempotent. */
  @Override
  void close();
}
