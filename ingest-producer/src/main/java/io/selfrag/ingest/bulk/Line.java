package io.selfrag.ingest.bulk;

/** One line of a stream, counted from 1 with blank lines in the count. */
public sealed interface Line {
  long number();

  /** Its bytes, without the line break. */
  record Text(long number, byte[] bytes) implements Line {}

  /** It was longer than the limit; its bytes are gone. */
  record TooLong(long number) implements Line {}
}
