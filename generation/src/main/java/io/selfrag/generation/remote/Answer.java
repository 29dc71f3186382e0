package io.selfrag.generation.remote;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import io.selfrag.generation.chat.ChatPiece;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;

/** Turns langchain4j's callbacks into pieces. */
final class Answer implements StreamingChatResponseHandler {
  private final String model;
  private final FluxSink<ChatPiece> sink;
  private final AtomicBoolean over = new AtomicBoolean();

  Answer(String model, FluxSink<ChatPiece> sink) {
    this.model = model;
    this.sink = sink;
  }

  @Override
  public void onPartialResponse(String text) {
    if (!text.isEmpty() && !over.get()) {
      sink.next(new ChatPiece.Text(text));
    }
  }

  @Override
  public void onCompleteResponse(ChatResponse response) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    var finish = response.finishReason() == FinishReason.LENGTH ? ChatPiece.Finish.LENGTH : ChatPiece.Finish.STOP;
    sink.next(new ChatPiece.End(usage(response.tokenUsage()), finish));
    sink.complete();
  }

  @Override
  public void onError(Throwable thrown) {
    if (over.compareAndSet(false, true)) {
      sink.error(ModelFailure.in(thrown, model + " gave an answer that cannot be read"));
    }
  }

  /** langchain4j returned: without an end there was no whole answer. */
  void requireEnd() {
    onError(ModelFailure.passing(model + " broke off its answer", null));
  }

  /** Nobody listens any more; what the server's end of the call still says is of no interest. */
  void abandon() {
    over.set(true);
  }

  private static ChatPiece.Usage usage(@Nullable TokenUsage usage) {
    return usage == null
        ? ChatPiece.Usage.NONE
        : new ChatPiece.Usage(orZero(usage.inputTokenCount()), orZero(usage.outputTokenCount()));
  }

  private static int orZero(@Nullable Integer count) {
    return count == null ? 0 : count;
  }
}
