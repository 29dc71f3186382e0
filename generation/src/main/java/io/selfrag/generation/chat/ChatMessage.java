package io.selfrag.generation.chat;

import java.util.Objects;

/**
 * One turn of a conversation.
 *
 * @param role who speaks
 * @param text what is said; may be empty
 */
public record ChatMessage(Role role, String text) {
  /** Who speaks. */
  public enum Role {
    SYSTEM, USER, ASSISTANT
  }

  public ChatMessage {
    Objects.requireNonNull(role);
    Objects.requireNonNull(text);
  }

  public static ChatMessage system(String text) {
    return new ChatMessage(Role.SYSTEM, text);
  }

  public static ChatMessage user(String text) {
    return new ChatMessage(Role.USER, text);
  }

  public static ChatMessage assistant(String text) {
    return new ChatMessage(Role.ASSISTANT, text);
  }
}
