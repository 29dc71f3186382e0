package io.selfrag.ingest.bulk;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cuts chunks of bytes into lines at {@code \n}, wherever the chunks are cut. Holds at most one unfinished line, and of one that
 * is too long nothing. Blank lines are counted and dropped. Not thread-safe.
 */
public final class LineSplitter {
  private final int maxBytes;
  private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
  private boolean tooLong;
  private long number = 1;

  public LineSplitter(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The lines that end in this chunk. */
  public List<Line> push(byte[] chunk) {
    var lines = new ArrayList<Line>();
    int start = 0;
    for (int i = 0; i < chunk.length; i++) {
      if (chunk[i] == '\n') {
        keep(chunk, start, i);
        finish().ifPresent(lines::add);
        start = i + 1;
      }
    }
    keep(chunk, start, chunk.length);
    return lines;
  }

  /** The last line, where the stream does not end with a line break. */
  public Optional<Line> end() {
    return finish();
  }

  private void keep(byte[] chunk, int from, int to) {
    if (tooLong || unfinished.size() + (to - from) > maxBytes) {
      tooLong = true;
      unfinished.reset();
    } else {
      unfinished.write(chunk, from, to - from);
    }
  }

  private Optional<Line> finish() {
    long current = number++;
    if (tooLong) {
      tooLong = false;
      return Optional.of(new Line.TooLong(current));
    }
    byte[] bytes = unfinished.toByteArray();
    unfinished.reset();
    return isBlank(bytes) ? Optional.empty() : Optional.of(new Line.Text(current, bytes));
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte b : bytes) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }
}
