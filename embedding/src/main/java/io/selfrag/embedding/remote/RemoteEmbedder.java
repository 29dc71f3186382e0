package io.selfrag.embedding.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.model.embedding.EmbeddingModel;
import io.selfrag.embedding.CallGate;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.TokenCounter;
import io.selfrag.embedding.ValidatingEmbedder;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/**
 * Embeds through a langchain4j model in batches, one request after another: how many callers there are decides how many
 * requests a server gets at once. Retries are the caller's.
 */
public final class RemoteEmbedder implements Embedder {
  private static final String PROBE = "hello";

  private final ModelId id;
  private final RemoteModel remote;
  private final TokenCounter tokens;
  private final ModelHttpClient client;
  private final EmbeddingModel model;
  private final CallGate gate;

  private RemoteEmbedder(ModelId id, RemoteModel remote, TokenCounter tokens, ModelHttpClient client,
      EmbeddingModel model) {
    this.id = id;
    this.remote = remote;
    this.tokens = tokens;
    this.client = client;
    this.model = model;
    this.gate = new CallGate(id.key());
  }

  /**
   * An embedder behind the checks of {@link ValidatingEmbedder}; does no I/O yet.
   *
   * @param provider the provider's name in {@link ModelId}
   * @param tokens counts at least the model's own tokens
   * @param body adds to each request's JSON what langchain4j cannot say
   * @param dialect builds the langchain4j model over our transport
   */
  public static Embedder create(String provider, RemoteModel remote, TokenCounter tokens, UnaryOperator<String> body,
      Function<HttpClientBuilder, EmbeddingModel> dialect) {
    ModelId id = new ModelId(provider, remote.name(), remote.dimension());
    ModelHttpClient client = new ModelHttpClient(remote, body, new Refusals(id.key()));
    EmbeddingModel model = dialect.apply(new ModelHttpClientBuilder(client));
    return new ValidatingEmbedder(new RemoteEmbedder(id, remote, tokens, client, model));
  }

  @Override
  public ModelId model() {
    return id;
  }

  @Override
  public int maxTokens() {
    return remote.maxTokens();
  }

  @Override
  public TokenCounter tokenCounter() {
    return tokens;
  }

  @Override
  public List<float[]> embedPassages(List<String> texts) {
    texts.forEach(this::requireFits);
    return gate.call(() -> {
      List<float[]> vectors = new ArrayList<>(texts.size());
      for (int from = 0; from < texts.size(); from += remote.batchSize()) {
        List<String> batch = texts.subList(from, Math.min(texts.size(), from + remote.batchSize()));
        vectors.addAll(request(batch.stream().map(remote.passageInstruction()::concat).toList()));
      }
      return vectors;
    });
  }

  @Override
  public float[] embedQuery(String text) {
    requireFits(text);
    return gate.call(() -> request(List.of(remote.queryInstruction() + text)).getFirst());
  }

  @Override
  public void check() {
    gate.call(() -> send(List.of(PROBE)));
  }

  @Override
  public void close() {
    gate.shut(client::close);
  }

  private void requireFits(String text) {
    int count = tokens.count(text);
    if (count > remote.maxTokens()) {
      throw new SelfRagException(ErrorCode.PAYLOAD_TOO_LARGE,
          "a text of up to " + count + " tokens; " + id.key() + " reads at most " + remote.maxTokens());
    }
  }

  /**
   * A refusal without a known reason is the text's fault only if the server takes another text: otherwise the request as
   * such is wrong (a model that cannot embed, a dimension it does not know), which no document should fail for.
   */
  private List<float[]> request(List<String> texts) {
    try {
      return send(texts);
    } catch (SelfRagException e) {
      if (e.code() == ErrorCode.VALIDATION_ERROR) {
        requireWorks(e);
      }
      throw e;
    }
  }

  private void requireWorks(SelfRagException refusal) {
    try {
      send(List.of(PROBE));
    } catch (SelfRagException e) {
      throw new SelfRagException(ErrorCode.MODEL_UNAVAILABLE,
          id.key() + " refuses every text: check the model's name and dimension", refusal);
    }
  }

  private List<float[]> send(List<String> texts) {
    List<Embedding> embeddings;
    try {
      embeddings = model.embedAll(texts.stream().map(TextSegment::from).toList()).content();
    } catch (RuntimeException e) {
      throw ours(e);
    }
    if (embeddings == null || embeddings.size() != texts.size()) {
      throw new SelfRagException(ErrorCode.MODEL_UNAVAILABLE,
          id.key() + " answered " + (embeddings == null ? 0 : embeddings.size()) + " vectors for " + texts.size()
              + " texts");
    }
    return embeddings.stream().map(Embedding::vector).toList();
  }

  /** The refusal that our transport threw, out of what langchain4j wrapped around it; else the answer was no answer. */
  private SelfRagException ours(RuntimeException thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SelfRagException refusal) {
        return refusal;
      }
    }
    return new SelfRagException(ErrorCode.MODEL_UNAVAILABLE, id.key() + " gave an answer that cannot be read", thrown);
  }
}
