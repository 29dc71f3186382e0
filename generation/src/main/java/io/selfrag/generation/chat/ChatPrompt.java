package io.selfrag.generation.chat;

import io.selfrag.generation.Evidence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model is asked.
 *
 * @param messages the whole conversation as a language model reads it, passages included; at least one
 * @param grounding the same question and passages apart, for a model that quotes instead of writing; {@code null} where the
 *     answer rests on no passages
 */
public record ChatPrompt(List<ChatMessage> messages, Sampling sampling, @Nullable Grounding grounding) {
  public ChatPrompt {
    messages = List.copyOf(messages);
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("a prompt needs a message");
    }
  }

  /**
   * A question and the passages that its answer may use, in the order in which they are cited as [1], [2], …
   */
  public record Grounding(String question, List<Evidence> passages) {
    public Grounding {
      passages = List.copyOf(passages);
    }
  }

  /** A prompt without passages. */
  public static ChatPrompt of(List<ChatMessage> messages, Sampling sampling) {
    return new ChatPrompt(messages, sampling, null);
  }
}
