package io.selfrag.query.retrieve;

import io.selfrag.embedding.Embedder;

/** What of a question a model can read. */
final class QuestionText {
  /** Room for the model's query instruction, which counts against its limit. */
  private static final int INSTRUCTION_TOKENS = 32;

  private QuestionText() {}

  /** The question, or its beginning where it is longer than the model reads; BM25 sees all of it either way. */
  static String fitting(String question, Embedder model) {
    int limit = model.maxTokens() - INSTRUCTION_TOKENS;
    int[] ends = model.tokenCounter().tokenEnds(question);
    if (ends.length <= limit) {
      return question;
    }
    int end = ends[Math.max(1, limit) - 1];
    var beginning = question.substring(0, end);
    return beginning.isBlank() ? question : beginning;
  }
}
