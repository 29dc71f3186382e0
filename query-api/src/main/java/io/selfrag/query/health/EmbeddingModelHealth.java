package io.selfrag.query.health;

import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.settings.EmbeddingModels;
import io.selfrag.embedding.settings.EmbeddingSettings.LanguageModel;
import io.selfrag.service.health.ComponentHealth;
import io.selfrag.service.health.HealthComponent;
import io.selfrag.service.health.HealthStatus;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Whether the models of new knowledge bases answer. A model on a server is asked to embed a word, so not more often than every ten
 * seconds. Without it dense and hybrid searches fail, and BM25 works.
 */
public final class EmbeddingModelHealth implements HealthComponent {
  private static final Duration FRESH = Duration.ofSeconds(10);
  private static final Duration RECHECK_FAILURE = Duration.ofSeconds(2);

  private final Mono<ComponentHealth> checked;

  public EmbeddingModelHealth(EmbeddingModels models) {
    List<ModelId> ids = models.settings().modelsFor("auto").stream().map(LanguageModel::model).distinct().toList();
    var names = ids.stream().map(ModelId::key).collect(Collectors.joining(", "));
    checked = Mono.<ComponentHealth>fromCallable(() -> {
      ids.forEach(it -> models.of(it).check());
      return new ComponentHealth(HealthStatus.OK, names, null);
    }).subscribeOn(Schedulers.boundedElastic()).cache(_ -> FRESH, _ -> RECHECK_FAILURE, () -> Duration.ZERO);
  }

  @Override
  public String name() {
    return "embedding-model";
  }

  @Override
  public boolean requiredForReady() {
    return false;
  }

  @Override
  public Mono<ComponentHealth> check() {
    return checked;
  }
}
