package io.selfrag.query.answer.http;

import io.selfrag.embedding.settings.EmbeddingModels;
import io.selfrag.generation.settings.ChatModels;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** {@code GET /v1/models}: the chat models that a caller may name, then the embedding models. */
@RestController
public final class ModelsController {
  private final ChatModels chat;
  private final EmbeddingModels embedding;
  private final long since;

  /** @param since when this deployment began to offer them */
  public ModelsController(ChatModels chat, EmbeddingModels embedding, Instant since) {
    this.chat = chat;
    this.embedding = embedding;
    this.since = since.getEpochSecond();
  }

  /** OpenAI's list. */
  record Models(String object, List<Model> data) {}

  /** One of them. */
  record Model(String id, String object, long created, String ownedBy) {}

  @GetMapping("/v1/models")
  @RequiresRole(Role.READ)
  Mono<Models> models(Caller caller) {
    return Mono.fromCallable(() -> {
      var answering = chat.offered().stream().map(it -> model(it.model(), it.provider()));
      var vectors = embedding.settings().modelsFor("auto").stream()
          .map(it -> model(it.model().model(), it.model().provider())).distinct();
      return new Models("list", Stream.concat(answering, vectors).toList());
    }).subscribeOn(Schedulers.boundedElastic());
  }

  private Model model(String name, String provider) {
    return new Model(name, "model", since, provider);
  }
}
