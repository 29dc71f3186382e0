package io.selfrag.generation.settings;

import io.selfrag.generation.chat.ChatModel;
import io.selfrag.generation.chat.ChatModelId;
import io.selfrag.generation.extractive.ExtractiveChat;
import io.selfrag.generation.ollama.OllamaChat;
import io.selfrag.generation.openai.OpenAiChat;
import io.selfrag.generation.support.Similarity;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chat models of a deployment, each opened once. Safe for concurrent callers. A caller may ask for another model of the
 * configured server, or for quotes; never for another server, so that no key goes to an address a caller chose.
 */
public final class ChatModels implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ChatModels.class);
  private static final Duration FRESH = Duration.ofSeconds(15);

  private final GenerationSettings settings;
  private final InstantSource clock;
  private final ChatModel extractive;
  private final Map<String, ChatModel> open = new ConcurrentHashMap<>();
  private volatile Found found = new Found(false, Instant.MIN);

  /** Whether Ollama answered and had the model when it was last asked. */
  private record Found(boolean there, Instant at) {}

  public ChatModels(GenerationSettings settings, Similarity similarity, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    this.extractive = new ExtractiveChat(similarity);
  }

  public GenerationSettings settings() {
    return settings;
  }

  /** The model that answers now; blocks, with {@code auto} for three seconds at most and not more often than every fifteen. */
  public ChatModel choose() {
    return switch (settings.chosenProvider()) {
      case EXTRACTIVE -> extractive;
      case OLLAMA, OPENAI -> remote(null);
      case AUTO -> ollamaAnswers() ? remote(null) : extractive;
    };
  }

  /** The models that a caller may name now, the usual one first; blocks as {@link #choose()} does. */
  public List<ChatModelId> offered() {
    var usual = choose();
    var offered = new ArrayList<ChatModelId>(List.of(usual.id()));
    if (usual.writes()) {
      settings.otherModels().stream().filter(it -> !it.equals(usual.id().model()))
          .forEach(it -> offered.add(new ChatModelId(usual.id().provider(), it)));
      offered.add(extractive.id());
    }
    return List.copyOf(offered);
  }

  /**
   * A model by name.
   *
   * @param provider {@code extractive} or the configured one; {@code null}: the one that answers now
   * @param model one that the settings offer; {@code null}: the configured one
   * @throws SelfRagException {@code VALIDATION_ERROR} if this deployment has no such provider or model
   */
  public ChatModel choose(@Nullable String provider, @Nullable String model) {
    if (ExtractiveChat.NAME.equals(provider) || (provider == null && ExtractiveChat.NAME.equals(model))) {
      return extractive;
    }
    var usual = choose();
    if (provider != null && !provider.equals(usual.id().provider())) {
      throw new SelfRagException(ErrorCode.VALIDATION_ERROR,
          "this deployment answers by " + usual.id().provider() + (usual.writes() ? " or extractive" : ""));
    }
    if (model == null || !usual.writes() || model.equals(usual.id().model())) {
      return usual;
    }
    if (!settings.otherModels().contains(model)) {
      throw new SelfRagException(ErrorCode.VALIDATION_ERROR,
          "this deployment does not offer the model " + model + "; GET /v1/models lists those it has");
    }
    return remote(model);
  }

  private ChatModel remote(@Nullable String model) {
    var remote = settings.remote(model);
    return open.computeIfAbsent(remote.name(),
        _ -> settings.chosenProvider() == GenerationSettings.Provider.OPENAI
            ? OpenAiChat.open(remote, settings.apiKey(), clock)
            : OllamaChat.open(remote, clock));
  }

  private boolean ollamaAnswers() {
    var last = found;
    if (clock.instant().isBefore(last.at().plus(last.at().equals(Instant.MIN) ? Duration.ZERO : FRESH))) {
      return last.there();
    }
    boolean there = true;
    try {
      remote(null).check();
    } catch (SelfRagException e) {
      there = false;
      log.atDebug().addKeyValue("reason", e.detail()).log("no language model: answers are extractive");
    }
    found = new Found(there, clock.instant());
    return there;
  }

  @Override
  public void close() {
    open.values().forEach(ChatModel::close);
  }
}
