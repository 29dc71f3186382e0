package io.selfrag.query.retrieve;

import io.selfrag.generation.rerank.Reranker;
import io.selfrag.schemas.SelfRagException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The deployment's reranker as the operator has chosen it, which may change while the system runs. */
public interface Rerankers {
  /** No reranker, on no account. */
  Rerankers NONE = new Rerankers() {
    @Override
    public RerankSettings settings() {
      return new RerankSettings(false, null, null, null, null, null);
    }

    @Override
    public Optional<Reranker> choose(@Nullable String model) {
      return Optional.empty();
    }
  };

  RerankSettings settings();

  /**
   * The one that reranks now; empty if the deployment has none. May block briefly.
   *
   * @param model {@code null}: the configured one
   * @throws SelfRagException {@code VALIDATION_ERROR} if the operator does not offer that model
   */
  Optional<Reranker> choose(@Nullable String model);
}
