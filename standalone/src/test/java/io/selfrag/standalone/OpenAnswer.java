package io.selfrag.standalone;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The body of an answer that may stay open. */
final class OpenAnswer {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private OpenAnswer() {}

  /**
   * All of it; of a stream that has not ended after a while, what was sent until then.
   *
   * @throws IOException if it breaks off, or is none and has no end
   */
  static String read(InputStream content, boolean isStream) throws IOException, InterruptedException {
    var sent = new ByteArrayOutputStream();
    var reading = new CompletableFuture<Void>();
    Thread.ofVirtual().start(() -> {
      try {
        content.transferTo(sent);
        reading.complete(null);
      } catch (IOException e) {
        reading.completeExceptionally(new UncheckedIOException(e));
      }
    });
    try {
      reading.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      content.close();
      if (!isStream) {
        throw new IOException("the answer stays open after " + sent, e);
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
    return sent.toString(StandardCharsets.UTF_8);
  }
}
