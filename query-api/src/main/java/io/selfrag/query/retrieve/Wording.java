package io.selfrag.query.retrieve;

/**
 * How a question is put to the index.
 *
 * @param words what BM25 sees
 * @param meaning what is embedded
 * @param isPassage whether that is embedded as a passage is, and not as a question
 */
record Wording(String words, String meaning, boolean isPassage) {
  static Wording of(String question) {
    return new Wording(question, question, false);
  }

  static Wording passage(String question, String passage) {
    return new Wording(question, passage, true);
  }
}
