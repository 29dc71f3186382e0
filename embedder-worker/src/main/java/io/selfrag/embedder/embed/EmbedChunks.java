package io.selfrag.embedder.embed;

import io.selfrag.embedder.embed.Pieces.Piece;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.ModelId;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.ErrorKind;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.avro.Chunk;
import io.selfrag.service.lanes.LanePriority;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Embeds batches in small pieces that take turns at the model (S20), several at once. Safe for concurrent callers: while one
 * batch is being published another keeps the model busy.
 */
public final class EmbedChunks implements AutoCloseable {
  private final Function<ModelId, Embedder> models;
  private final LanePriority turns;
  private final PieceLimits limits;
  private final ExecutorService threads = Executors
      .newThreadPerTaskExecutor(Thread.ofVirtual().name("embed-piece-", 0).factory());

  /**
   * @param models the configured models; throws for one that is not
   * @param turns as many places as pieces may run at once
   */
  public EmbedChunks(Function<ModelId, Embedder> models, LanePriority turns, PieceLimits limits) {
    this.models = models;
    this.turns = turns;
    this.limits = limits;
  }

  /** Takes results as they come, from several threads; positions are those of the batch. */
  public interface Results {
    void embedded(int position, float[] vector);

    /** The chunk alone is at fault: bad data. */
    void refused(int position, SelfRagException cause);
  }

  /**
   * Embeds the chunks; each ends in one call of {@code results}, unless this throws.
   *
   * @throws SelfRagException transient, or a bug of ours: some chunks may have no result; results that came stand
   */
  public void embed(Lane lane, List<Chunk> chunks, Results results) throws InterruptedException {
    var failure = new AtomicReference<@Nullable RuntimeException>();
    var running = new ArrayList<Future<?>>();
    for (Piece piece : Pieces.cut(chunks, limits)) {
      running.add(threads.submit(() -> {
        try {
          embed(lane, piece, chunks, results, failure);
        } catch (RuntimeException e) {
          failure.compareAndSet(null, e);
        }
        return null;
      }));
    }
    try {
      for (var piece : running) {
        piece.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a piece failed", e.getCause());
    } finally {
      running.forEach(it -> it.cancel(true));
    }
    var failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }

  private void embed(Lane lane, Piece piece, List<Chunk> chunks, Results results,
      AtomicReference<@Nullable RuntimeException> failure) throws InterruptedException {
    Embedder embedder;
    try {
      embedder = models.apply(piece.model());
    } catch (SelfRagException e) {
      // Retrying cannot help before someone configures the model; the other models' chunks must not wait for that.
      var cause = new SelfRagException(ErrorCode.KB_CONFIG_ERROR, e.detail(), e);
      piece.positions().forEach(it -> results.refused(it, cause));
      return;
    }
    try {
      embedTogether(lane, embedder, piece.positions(), chunks, results, failure);
    } catch (SelfRagException e) {
      if (e.code().kind() != ErrorKind.USER) {
        throw e;
      }
      embedEach(lane, embedder, piece.positions(), chunks, results, failure, e);
    }
  }

  /** Finds the culprit among several; its neighbours go on. */
  private void embedEach(Lane lane, Embedder embedder, List<Integer> positions, List<Chunk> chunks, Results results,
      AtomicReference<@Nullable RuntimeException> failure, SelfRagException together) throws InterruptedException {
    if (positions.size() == 1) {
      results.refused(positions.getFirst(), together);
      return;
    }
    for (int position : positions) {
      try {
        embedTogether(lane, embedder, List.of(position), chunks, results, failure);
      } catch (SelfRagException e) {
        if (e.code().kind() != ErrorKind.USER) {
          throw e;
        }
        results.refused(position, e);
      }
    }
  }

  private void embedTogether(Lane lane, Embedder embedder, List<Integer> positions, List<Chunk> chunks, Results results,
      AtomicReference<@Nullable RuntimeException> failure) throws InterruptedException {
    var texts = positions.stream().map(it -> EmbedText.of(chunks.get(it).getChunk(), embedder)).toList();
    List<float[]> vectors;
    try (var _ = turns.take(lane)) {
      if (failure.get() != null) {
        return; // the batch is done again anyway
      }
      try {
        vectors = embedder.embedPassages(texts);
      } catch (RuntimeException e) {
        // Known before the next piece has its turn: a model that asked for a pause must not be called again.
        if (!(e instanceof SelfRagException it && it.code().kind() == ErrorKind.USER)) {
          failure.compareAndSet(null, e);
        }
        throw e;
      }
    }
    for (int i = 0; i < positions.size(); i++) {
      results.embedded(positions.get(i), vectors.get(i));
    }
  }

  /** Waits for what runs. */
  @Override
  public void close() {
    threads.close();
  }
}
