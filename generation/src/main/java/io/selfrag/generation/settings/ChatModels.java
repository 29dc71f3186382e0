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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chat models of a deployment, each opened once. Safe for concurrent callers. What the settings say is asked for each answer, and
 * answers under way end with the model that they began with. A caller may ask for another model of the configured server, or for
 * quotes; never for another server, so that no key goes to an address a caller chose.
 */
public final class ChatModels implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ChatModels.class);
  private static final Duration FRESH = Duration.ofSeconds(15);

  private final Supplier<GenerationSettings> settings;
  private final InstantSource clock;
  private final ChatModel extractive;
  private volatile @Nullable Opened opened;

  /** Whether Ollama answered and had the model when it was last asked. */
  private record Found(boolean there, Instant at) {}

  /** The models of the settings as they are. Those of former ones end once nobody uses them. */
  private record Opened(GenerationSettings settings, Map<String, ChatModel> models, AtomicReference<Found> found) {
    static Opened with(GenerationSettings settings) {
      return new Opened(settings, new ConcurrentHashMap<>(), new AtomicReference<>(new Found(false, Instant.MIN)));
    }
  }

  /** @param settings as they are now; asked often, and without blocking */
  public ChatModels(Supplier<GenerationSettings> settings, Similarity similarity, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    this.extractive = new ExtractiveChat(similarity);
  }

  public GenerationSettings settings() {
    return now().settings();
  }

  /** The model that answers now; blocks, with {@code auto} for three seconds at most and not more often than every fifteen. */
  public ChatModel choose() {
    return choose(now());
  }

  private ChatModel choose(Opened now) {
    return switch (now.settings().chosenProvider()) {
      case EXTRACTIVE -> extractive;
      case OLLAMA, OPENAI -> remote(now, null);
      case AUTO -> ollamaAnswers(now) ? remote(now, null) : extractive;
    };
  }

  /** The models that a caller may name now, the usual one first; blocks as {@link #choose()} does. */
  public List<ChatModelId> offered() {
    var now = now();
    var usual = choose(now);
    var offered = new ArrayList<ChatModelId>(List.of(usual.id()));
    if (usual.writes()) {
      now.settings().otherModels().stream().filter(it -> !it.equals(usual.id().model()))
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
    var now = now();
    var usual = choose(now);
    if (provider != null && !provider.equals(usual.id().provider())) {
      throw new SelfRagException(ErrorCode.VALIDATION_ERROR,
          "this deployment answers by " + usual.id().provider() + (usual.writes() ? " or extractive" : ""));
    }
    if (model == null || !usual.writes() || model.equals(usual.id().model())) {
      return usual;
    }
    if (!now.settings().otherModels().contains(model)) {
      throw new SelfRagException(ErrorCode.VALIDATION_ERROR,
          "this deployment does not offer the model " + model + "; GET /v1/models lists those it has");
    }
    return remote(now, model);
  }

  /** The models of the settings as they are now; a change of these opens anew. */
  private Opened now() {
    var wanted = settings.get();
    var now = opened;
    return now != null && now.settings().equals(wanted) ? now : openedFor(wanted);
  }

  private synchronized Opened openedFor(GenerationSettings wanted) {
    var now = opened;
    if (now == null || !now.settings().equals(wanted)) {
      now = Opened.with(wanted);
      opened = now;
    }
    return now;
  }

  private ChatModel remote(Opened now, @Nullable String model) {
    var remote = now.settings().remote(model);
    return now.models().computeIfAbsent(remote.name(),
        _ -> now.settings().chosenProvider() == GenerationSettings.Provider.OPENAI
            ? OpenAiChat.open(remote, now.settings().apiKey(), clock)
            : OllamaChat.open(remote, clock));
  }

  private boolean ollamaAnswers(Opened now) {
    var last = now.found().get();
    if (clock.instant().isBefore(last.at().plus(last.at().equals(Instant.MIN) ? Duration.ZERO : FRESH))) {
      return last.there();
    }
    boolean there = true;
    try {
      remote(now, null).check();
    } catch (SelfRagException e) {
      there = false;
      log.atDebug().addKeyValue("reason", e.detail()).log("no language model: answers are extractive");
    }
    now.found().set(new Found(there, clock.instant()));
    return there;
  }

  @Override
  public void close() {
    var now = opened;
    if (now != null) {
      now.models().values().forEach(ChatModel::close);
    }
  }
}
