package io.selfrag.generation.chat;

import reactor.core.publisher.Flux;

/**
 * Writes answers. Implementations are safe for concurrent callers.
 */
public interface ChatModel extends AutoCloseable {
  ChatModelId id();

  /** True for a language model; false for one that can only quote passages, so that nobody asks it to rewrite or to condense. */
  boolean writes();

  /**
   * Asks the model, anew for each subscriber, without blocking it: pieces of text as they are written, then one
   * {@link ChatPiece.End}. Cancelling ends the call at the server, at any moment. Failures are
   * {@link io.selfrag.schemas.SelfRagException}s: {@code MODEL_UNAVAILABLE} (transient) if the server is away, busy, too slow or
   * does not have the model, or its answer broke off; {@code PAYLOAD_TOO_LARGE} if it cannot read so much; {@code INVALID_REQUEST}
   * if it refuses the prompt.
   */
  Flux<ChatPiece> stream(ChatPrompt prompt);

  /** Throws {@code MODEL_UNAVAILABLE} if the model cannot answer now; blocks, briefly. For health checks. */
  void check();

  /** Ends the calls under way. */
  @Override
  void close();
}
