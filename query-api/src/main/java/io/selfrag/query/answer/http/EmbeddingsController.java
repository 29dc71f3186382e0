package io.selfrag.query.answer.http;

import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.language.LanguageDetector;
import io.selfrag.embedding.settings.EmbeddingModels;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.LongAnswer;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import io.selfrag.service.http.ValidationException;
import jakarta.validation.Valid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** {@code POST /v1/embeddings}, as OpenAI's clients send and read it. */
@RestController
public final class EmbeddingsController {
  private final EmbeddingModels models;
  private final Scheduler threads;

  /** @param threads bounded threads and queue: embedding blocks */
  public EmbeddingsController(EmbeddingModels models, Scheduler threads) {
    this.models = models;
    this.threads = threads;
  }

  /** The vectors, in the order of their texts. */
  record Answer(String object, List<Item> data, String model, Usage usage) {}

  /** @param embedding numbers, or their little-endian bytes in base64 */
  record Item(String object, int index, Object embedding) {}

  /** Tokens, as the model counts them. */
  record Usage(int promptTokens, int totalTokens) {}

  @PostMapping("/v1/embeddings")
  @RequiresRole(Role.READ)
  @LongAnswer
  Mono<Answer> embed(Caller caller, @Valid @RequestBody EmbeddingsBody body) {
    var texts = body.texts();
    return Mono.fromCallable(() -> embedded(texts, body)).subscribeOn(threads).onErrorMap(
        RejectedExecutionException.class,
        e -> new SelfRagException(ErrorCode.PIPELINE_SATURATED, "too many requests are waiting; try again", e));
  }

  private Answer embedded(List<String> texts, EmbeddingsBody body) {
    var id = modelOf(texts, body);
    var dimensions = body.dimensions();
    if (dimensions != null && dimensions > id.dimension()) {
      throw new ValidationException("body", "dimensions", id.model() + " has " + id.dimension(), "value_error");
    }
    Embedder embedder = models.of(id);
    var items = new ArrayList<Item>();
    for (float[] vector : embedder.embedPassages(texts)) {
      var wanted = dimensions == null ? vector : shortened(vector, dimensions);
      items.add(new Item("embedding", items.size(), body.wantsBase64() ? base64(wanted) : wanted));
    }
    int tokens = texts.stream().mapToInt(embedder.tokenCounter()::count).sum();
    return new Answer("list", items, id.model(), new Usage(tokens, tokens));
  }

  /** The one that is named; else the one of the language that the texts are in, and all in one. */
  private ModelId modelOf(List<String> texts, EmbeddingsBody body) {
    var all = models.settings().modelsFor("auto");
    var language = LanguageDetector.detect(String.join("\n", texts)).modelLanguage();
    return all.stream().filter(it -> it.model().model().equals(body.model())).findFirst()
        .or(() -> all.stream().filter(it -> it.language().equals(language)).findFirst()).orElse(all.getFirst()).model();
  }

  private static float[] shortened(float[] vector, int dimensions) {
    var part = Arrays.copyOf(vector, dimensions);
    double squares = 0;
    for (float it : part) {
      squares += (double) it * it;
    }
    double length = Math.sqrt(squares);
    for (int i = 0; i < part.length && length > 0; i++) {
      part[i] = (float) (part[i] / length);
    }
    return part;
  }

  private static String base64(float[] vector) {
    var bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
