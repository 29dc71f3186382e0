package io.selfrag.ingest.waiting;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.concurrent.Semaphore;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Streams of events that callers hold open. Each asks the database again and again, so their number is bounded. */
public final class OpenStreams implements SmartLifecycle {
  private final Semaphore places;
  private volatile Sinks.One<Boolean> stopped = Sinks.one();
  private volatile boolean running;

  public OpenStreams(int maxStreams) {
    this.places = new Semaphore(maxStreams);
  }

  /** The stream, or {@code PIPELINE_SATURATED} if too many are open. It ends when the service stops. */
  public <T> Flux<T> admit(Flux<T> stream) {
    return Flux.defer(() -> {
      if (!places.tryAcquire()) {
        return Flux
            .error(new SelfRagException(ErrorCode.PIPELINE_SATURATED, "too many streams are open; try again later"));
      }
      return stream.takeUntilOther(stopped.asMono()).doFinally(signal -> places.release());
    });
  }

  @Override
  public synchronized void start() {
    stopped = Sinks.one();
    running = true;
  }

  @Override
  public synchronized void stop() {
    running = false;
    stopped.tryEmitValue(true);
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
