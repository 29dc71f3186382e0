package io.selfrag.standalone.up;

/** Something has to be changed before a start can work. The message is one sentence that says what. */
final class StartRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StartRefusedException(String sentence) {
    super(sentence);
  }

  StartRefusedException(String sentence, Exception cause) {
    super(sentence, cause);
  }
}
