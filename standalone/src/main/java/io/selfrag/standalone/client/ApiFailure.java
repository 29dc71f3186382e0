package io.selfrag.standalone.client;

/** The system refused a call or could not be reached; the message is one sentence for the person at the terminal. */
public final class ApiFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /** @param status of the answer, or 0 if there was none */
  public ApiFailure(int status, String sentence) {
    super(sentence);
    this.status = status;
  }

  public int status() {
    return status;
  }
}
