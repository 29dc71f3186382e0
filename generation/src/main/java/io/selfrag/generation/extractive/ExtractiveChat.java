package io.selfrag.generation.extractive;

import io.selfrag.generation.chat.ChatModel;
import io.selfrag.generation.chat.ChatModelId;
import io.selfrag.generation.chat.ChatPiece;
import io.selfrag.generation.chat.ChatPrompt;
import io.selfrag.generation.support.Similarity;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Quotes instead of writing: the sentences of the passages that answer best, one a line, each with its citation. Without passages, or
 * where none of their sentences is about the question, it says nothing. Its provider's name labels its answers; it counts no
 * tokens.
 */
public final class ExtractiveChat implements ChatModel {
  /** Name of the provider and, since there is one such model, of the model. */
  public static final String NAME = "extractive";

  private final BestSentences best;

  public ExtractiveChat(Similarity similarity) {
    this.best = new BestSentences(similarity);
  }

  @Override
  public ChatModelId id() {
    return new ChatModelId(NAME, NAME);
  }

  @Override
  public boolean writes() {
    return false;
  }

  @Override
  public Flux<ChatPiece> stream(ChatPrompt prompt) {
    var grounding = prompt.grounding();
    Flux<ChatPiece> quotes = grounding == null
        ? Flux.empty()
        : Flux.defer(() -> Flux.fromIterable(best.of(grounding)))
            .map(it -> (ChatPiece) new ChatPiece.Text(it.text() + " [" + it.citation() + "]\n"))
            .subscribeOn(Schedulers.boundedElastic());
    return quotes.concatWithValues(new ChatPiece.End(ChatPiece.Usage.NONE, ChatPiece.Finish.STOP));
  }

  @Override
  public void check() {
    // It needs nothing that could be away.
  }

  @Override
  public void close() {
    // It holds nothing.
  }
}
