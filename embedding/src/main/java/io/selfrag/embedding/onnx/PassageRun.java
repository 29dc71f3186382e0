package io.selfrag.embedding.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * One call's texts, spread over shared threads. Each step embeds one text and then queues up again, so a call with many
 * texts does not keep a call with few waiting; the first failure stops the rest. Returns only when no step of it runs.
 */
final class PassageRun {
  private final List<String> texts;
  private final Function<String, float[]> embed;
  private final Executor threads;
  private final float[][] vectors;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final Phaser lines = new Phaser(1);

  private PassageRun(List<String> texts, Function<String, float[]> embed, Executor threads) {
    this.texts = texts;
    this.embed = embed;
    this.threads = threads;
    this.vectors = new float[texts.size()][];
  }

  static List<float[]> run(List<String> texts, int width, Function<String, float[]> embed, Executor threads) {
    PassageRun run = new PassageRun(texts, embed, threads);
    for (int line = 0; line < Math.min(width, texts.size()); line++) {
      run.lines.register();
      run.queueStep();
    }
    // Not interruptible on purpose: a caller that left early would let the session be freed under a running step.
    run.lines.arriveAndAwaitAdvance();
    Throwable failed = run.failure.get();
    return switch (failed) {
      case null -> Arrays.asList(run.vectors);
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failed);
    };
  }

  private void queueStep() {
    try {
      threads.execute(this::step);
    } catch (RuntimeException e) {
      stop(e);
    }
  }

  private void step() {
    int index = next.getAndIncrement();
    if (index >= texts.size() || failure.get() != null) {
      lines.arriveAndDeregister();
      return;
    }
    try {
      vectors[index] = embed.apply(texts.get(index));
    } catch (RuntimeException | Error e) {
      stop(e);
      return;
    }
    queueStep();
  }

  private void stop(Throwable cause) {
    failure.compareAndSet(null, cause);
    lines.arriveAndDeregister();
  }
}
