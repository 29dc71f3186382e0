package io.selfrag.standalone.ingest;

import io.selfrag.standalone.client.ApiFailure;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends files, some at a time. A system that is saturated is waited for as long as it asks and as often as it asks; one that
 * is silent is waited for some time, since it may be starting again; a key that is not accepted ends all of it.
 */
final class Uploads implements AutoCloseable {
  private static final int UNAUTHORIZED = 401;
  private static final Duration USUAL_PAUSE = Duration.ofSeconds(1);

  /** Sends one file. Sending one again must be safe. */
  interface Sender {
    void send(Path file) throws FileNotFoundException;
  }

  private final Sender sender;
  private final Duration silencePatience;
  private final ExecutorService threads;
  private final AtomicLong accepted = new AtomicLong();
  private final Queue<Refusal> refusals = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable String> waitingFor = new AtomicReference<>();
  private final AtomicReference<@Nullable ApiFailure> ended = new AtomicReference<>();
  private volatile long lastAnswer = System.nanoTime();

  Uploads(Sender sender, int parallel, Duration silencePatience) {
    this.sender = sender;
    this.silencePatience = silencePatience;
    this.threads = Executors.newFixedThreadPool(parallel,
        task -> Thread.ofPlatform().daemon().name("upload").unstarted(task));
  }

  /** Begins with sending; returns at once. To be called once. */
  void start(List<Path> files) {
    lastAnswer = System.nanoTime();
    files.forEach(file -> threads.execute(() -> send(file)));
    threads.shutdown();
  }

  private void send(Path file) {
    while (ended.get() == null && !Thread.currentThread().isInterrupted()) {
      try {
        if (Files.exists(file) && !Files.isReadable(file)) {
          refusals.add(new Refusal(file, "you have no permission to read it"));
          return;
        }
        sender.send(file);
        answered(null);
        accepted.incrementAndGet();
        return;
      } catch (FileNotFoundException _) {
        refusals.add(new Refusal(file, "it went away before it was sent"));
        return;
      } catch (ApiFailure e) {
        if (!mayPass(e)) {
          refusals.add(new Refusal(file, e.sentence()));
          return;
        }
        pause(e.retryAfter().orElse(USUAL_PAUSE));
      }
    }
  }

  /** Whether the same call may succeed later; ends everything where nothing more can. */
  private boolean mayPass(ApiFailure failure) {
    if (failure.isSilence()) {
      waitingFor.set(failure.sentence());
      if (System.nanoTime() - lastAnswer > silencePatience.toNanos()) {
        ended.compareAndSet(null, failure);
      }
      return true;
    }
    answered(failure.isBusy() ? failure.sentence() : null);
    if (failure.status() == UNAUTHORIZED) {
      ended.compareAndSet(null, failure);
      return true;
    }
    return failure.isBusy();
  }

  private void answered(@Nullable String trouble) {
    lastAnswer = System.nanoTime();
    waitingFor.set(trouble);
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until all is sent or refused; false if the time was up before. */
  boolean await(Duration time) throws InterruptedException {
    return threads.awaitTermination(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  long accepted() {
    return accepted.get();
  }

  List<Refusal> refusals() {
    return List.copyOf(refusals);
  }

  int refused() {
    return refusals.size();
  }

  /** Why nothing moves at the moment, if the system said so or says nothing. */
  Optional<String> waitingFor() {
    return Optional.ofNullable(waitingFor.get());
  }

  /** What ended the sending before all files were sent. */
  Optional<ApiFailure> ended() {
    return Optional.ofNullable(ended.get());
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
