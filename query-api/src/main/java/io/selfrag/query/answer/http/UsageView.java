package io.selfrag.query.answer.http;

import io.selfrag.generation.chat.ChatPiece;

/** Tokens as OpenAI writes them. */
record UsageView(int promptTokens, int completionTokens, int totalTokens) {
  static UsageView of(ChatPiece.Usage usage) {
    return new UsageView(usage.promptTokens(), usage.completionTokens(), usage.totalTokens());
  }
}
