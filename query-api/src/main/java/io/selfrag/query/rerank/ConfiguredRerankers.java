package io.selfrag.query.rerank;

import io.selfrag.embedding.TokenEmbedder;
import io.selfrag.generation.chat.ChatModel;
import io.selfrag.generation.remote.RemoteReranker;
import io.selfrag.generation.remote.RerankServer;
import io.selfrag.generation.rerank.Reranker;
import io.selfrag.generation.rerank.chat.ChatReranker;
import io.selfrag.generation.rerank.late.LateInteractionReranker;
import io.selfrag.query.retrieve.RerankSettings;
import io.selfrag.query.retrieve.Rerankers;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens the reranker that the settings name, and another once they name another. A request chooses among what the operator
 * configured, never an address, so that no key goes to one.
 */
public final class ConfiguredRerankers implements Rerankers, AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration LLM_LIMIT = Duration.ofSeconds(30);
  private static final int RETRIES = 2;

  private final Supplier<RerankSettings> settings;
  private final Supplier<ChatModel> chat;
  private final Reranker lateInteraction;
  private final InstantSource clock;
  private volatile @Nullable Opened opened;

  private record Opened(RerankServer server, Reranker reranker) {}

  /**
   * @param settings as they are now; asked for each search
   * @param chat the language model that answers now; may block briefly
   * @param tokens the in-process model of a language, token by token
   */
  public ConfiguredRerankers(Supplier<RerankSettings> settings, Supplier<ChatModel> chat,
      Function<String, TokenEmbedder> tokens, InstantSource clock) {
    this.settings = settings;
    this.chat = chat;
    this.lateInteraction = new LateInteractionReranker(tokens, LIMIT);
    this.clock = clock;
  }

  @Override
  public RerankSettings settings() {
    return settings.get();
  }

  @Override
  public Optional<Reranker> choose(@Nullable String model) {
    var found = configured(settings.get());
    if (model != null && found.isPresent() && !model.equals(found.get().id().model())) {
      throw new SelfRagException(ErrorCode.VALIDATION_ERROR,
          "rerank_model: this deployment reranks by " + found.get().id().model() + " and offers no other");
    }
    return found;
  }

  private Optional<Reranker> configured(RerankSettings now) {
    var provider = now.provider() == null
        ? (now.baseUrl() == null ? RerankSettings.NONE : RemoteReranker.PROVIDER)
        : now.provider();
    return switch (provider) {
      case RerankSettings.NONE -> Optional.empty();
      case LateInteractionReranker.PROVIDER -> Optional.of(lateInteraction);
      case ChatReranker.PROVIDER -> {
        var model = chat.get();
        yield model.writes() ? Optional.of(new ChatReranker(model, LLM_LIMIT)) : Optional.empty();
      }
      default -> now.baseUrl() == null || now.model() == null
          ? Optional.empty()
          : Optional.of(remote(now.baseUrl(), now.model(), now.apiKey()));
    };
  }

  /** Searches under way end with the one that they began with; its connections go when nobody refers to it. */
  private Reranker remote(URI baseUrl, String model, @Nullable String apiKey) {
    var wanted = new RerankServer(baseUrl, model, apiKey, LIMIT, RETRIES);
    var now = opened;
    return now != null && now.server().equals(wanted) ? now.reranker() : openedFor(wanted);
  }

  private synchronized Reranker openedFor(RerankServer wanted) {
    var now = opened;
    if (now == null || !now.server().equals(wanted)) {
      now = new Opened(wanted, RemoteReranker.create(wanted, clock));
      opened = now;
    }
    return now.reranker();
  }

  @Override
  public void close() {
    var now = opened;
    if (now != null) {
      now.reranker().close();
    }
  }
}
