package io.selfrag.embedding.settings;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.TokenCounter;
import io.selfrag.embedding.TokenEmbedder;
import io.selfrag.embedding.cache.CachingEmbedder;
import io.selfrag.embedding.cache.VectorCache;
import io.selfrag.embedding.hashing.HashingEmbedder;
import io.selfrag.embedding.metrics.InstrumentedEmbedder;
import io.selfrag.embedding.ollama.OllamaEmbedder;
import io.selfrag.embedding.onnx.InferenceThreads;
import io.selfrag.embedding.onnx.OnnxEmbedder;
import io.selfrag.embedding.onnx.OnnxModel;
import io.selfrag.embedding.onnx.OnnxTokenCounters;
import io.selfrag.embedding.onnx.OnnxTokenEmbedder;
import io.selfrag.embedding.openai.OpenAiEmbedder;
import io.selfrag.embedding.remote.RemoteModel;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The models of a deployment, each opened once, on first use, and shared by all who ask. Safe for concurrent callers.
 * {@link #close()} drains and closes what was opened.
 */
public final class EmbeddingModels implements AutoCloseable {
  private final EmbeddingSettings settings;
  private final VectorCache cache;
  private final MeterRegistry metrics;
  private final InferenceThreads threads;
  private final Map<ModelId, Stack> open = new ConcurrentHashMap<>();
  private final Map<ModelId, TokenCounter> counters = new ConcurrentHashMap<>();
  private final Map<OnnxModel, TokenEmbedder> tokens = new ConcurrentHashMap<>();

  /** A model, and the same behind the cache, which closes it. */
  private record Stack(Embedder model, Embedder cached) {}

  /** Without a cache and without metrics. */
  public EmbeddingModels(EmbeddingSettings settings) {
    this(settings, VectorCache.NONE, new CompositeMeterRegistry());
  }

  public EmbeddingModels(EmbeddingSettings settings, VectorCache cache, MeterRegistry metrics) {
    this.settings = settings;
    this.cache = cache;
    this.metrics = metrics;
    Integer size = settings.threads();
    this.threads = size == null || size < 1 ? InferenceThreads.onePerCore() : new InferenceThreads(size);
  }

  /** What new knowledge bases use. */
  public EmbeddingSettings settings() {
    return settings;
  }

  /**
   * The model of an id: the vendor's adapter, checked, measured and cached, in this order.
   *
   * @throws SelfRagException {@code MODEL_UNAVAILABLE} if this deployment has no such model
   */
  public Embedder of(ModelId id) {
    return open.computeIfAbsent(id, this::open).cached();
  }

  /** The same without the cache: each call is the model's work. */
  public Embedder uncachedOf(ModelId id) {
    return open.computeIfAbsent(id, this::open).model();
  }

  /**
   * The in-process model that reads texts of a language token by token: there whatever model embeds, loaded on first use.
   *
   * @param language {@code en} or {@code zh}
   */
  public TokenEmbedder tokensOf(String language) {
    return tokens.computeIfAbsent(settings.inProcessFor(language), OnnxTokenEmbedder::open);
  }

  /**
   * Counts a model's tokens without loading the model.
   *
   * @throws SelfRagException {@code MODEL_UNAVAILABLE} if this deployment has no such model
   */
  public TokenCounter counterOf(ModelId id) {
    return counters.computeIfAbsent(id, this::loadCounter);
  }

  /** The longest text that a model reads whole, in its own tokens, without loading the model. */
  public int maxTokensOf(ModelId id) {
    return switch (id.provider()) {
      case "onnx" -> OnnxEmbedder.MAX_TOKENS;
      case "hashing" -> HashingEmbedder.MAX_TOKENS;
      default -> of(id).maxTokens();
    };
  }

  private TokenCounter loadCounter(ModelId id) {
    return switch (id.provider()) {
      case "onnx" -> OnnxTokenCounters.load(onnx(id));
      case "hashing" -> HashingEmbedder.counter();
      default -> of(id).tokenCounter();
    };
  }

  /** The whole stack; each adapter's factory has put the checks around it already. */
  private Stack open(ModelId id) {
    Embedder measured = new InstrumentedEmbedder(adapter(id), metrics);
    return new Stack(measured,
        cache.equals(VectorCache.NONE) ? measured : new CachingEmbedder(measured, cache, metrics));
  }

  /** In-process models are always there; a remote one if it is of the provider that is configured. */
  private Embedder adapter(ModelId id) {
    if (id.provider().equals("onnx")) {
      return OnnxEmbedder.open(onnx(id), threads);
    }
    if (id.provider().equals("hashing")) {
      return HashingEmbedder.create(id.dimension());
    }
    if (!id.provider().equals(settings.chosenProvider().wireName())) {
      throw notConfigured(id);
    }
    RemoteModel remote = settings.remote(id);
    return settings.chosenProvider() == EmbeddingSettings.Provider.OLLAMA
        ? OllamaEmbedder.open(remote)
        : OpenAiEmbedder.open(remote, settings.apiKey(), settings.dimension() != null);
  }

  private static OnnxModel onnx(ModelId id) {
    Optional<OnnxModel> model = Arrays.stream(OnnxModel.values()).filter(it -> it.id().equals(id)).findFirst();
    return model.orElseThrow(() -> notConfigured(id));
  }

  private static SelfRagException notConfigured(ModelId id) {
    return new SelfRagException(ErrorCode.MODEL_UNAVAILABLE, "embedding model " + id.key() + " is not configured here");
  }

  @Override
  public void close() {
    open.values().forEach(it -> it.cached().close());
    tokens.values().forEach(TokenEmbedder::close);
    threads.close();
  }
}
