package io.selfrag.generation.chat;

/** A piece of an answer: text, and once, last, its end. */
public sealed interface ChatPiece {
  /** Some characters of the answer, as they come. */
  record Text(String text) implements ChatPiece {}

  /** The end of a whole answer. */
  record End(Usage usage, Finish finish) implements ChatPiece {}

  /** Why an answer ended. */
  enum Finish {
    /** The model was done, or met a stop text. */
    STOP,
    /** The most tokens were reached. */
    LENGTH
  }

  /** Tokens read and written, as the model counts them; 0 where nothing was counted. */
  record Usage(int promptTokens, int completionTokens) {
    public static final Usage NONE = new Usage(0, 0);

    public Usage plus(Usage other) {
      return new Usage(promptTokens + other.promptTokens, completionTokens + other.completionTokens);
    }

    public int totalTokens() {
      return promptTokens + completionTokens;
    }
  }
}
