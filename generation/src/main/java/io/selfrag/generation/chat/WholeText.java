package io.selfrag.generation.chat;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/** The text of a whole short answer, for those who need it all and may block. */
public final class WholeText {
  private WholeText() {}

  /**
   * Asks and waits.
   *
   * @param limit past which the call is ended and {@code MODEL_UNAVAILABLE}
   * @throws SelfRagException as {@link ChatModel#stream} fails
   */
  public static String of(ChatModel model, ChatPrompt prompt, Duration limit) {
    try {
      var text = model.stream(prompt).ofType(ChatPiece.Text.class).map(ChatPiece.Text::text)
          .collect(Collectors.joining()).timeout(Mono.delay(limit)).block();
      return text == null ? "" : text;
    } catch (RuntimeException e) {
      var cause = Exceptions.unwrap(e);
      switch (cause) {
        case SelfRagException failure -> throw failure;
        case TimeoutException _ ->
          throw new SelfRagException(ErrorCode.MODEL_UNAVAILABLE, model.id().model() + " did not answer in time", e);
        case InterruptedException _ -> {
          Thread.currentThread().interrupt();
          throw new SelfRagException(ErrorCode.MODEL_UNAVAILABLE, "interrupted while waiting for a model", e);
        }
        default -> throw e;
      }
    }
  }
}
