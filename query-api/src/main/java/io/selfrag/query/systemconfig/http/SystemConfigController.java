package io.selfrag.query.systemconfig.http;

import io.selfrag.query.systemconfig.ConfigEntry;
import io.selfrag.query.systemconfig.ConfigKey;
import io.selfrag.query.systemconfig.SystemConfig;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.Operator;
import io.selfrag.service.http.PageBody;
import io.selfrag.service.http.ValidationException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** {@code /admin/system-config}: what operators decide while the system runs. */
@RestController
@RequestMapping("/admin/system-config")
public final class SystemConfigController {
  private final SystemConfig config;

  public SystemConfigController(SystemConfig config) {
    this.config = config;
  }

  /** @param value null goes back to what the environment says */
  record ValueBody(@NotNull JsonNode value) {}

  /** @param keys that go back to what the environment says; absent: all */
  record ResetBody(@Nullable List<@NotNull String> keys) {}

  /**
   * A key as it is answered.
   *
   * @param type string, number, integer or boolean
   * @param source env, database or default
   * @param variable what sets it in the environment
   */
  record ConfigView(String key, @Nullable Object value, String type, String source, String variable, boolean secret,
      @Nullable Instant updatedAt, @Nullable String updatedBy, @Nullable String error) {
    static ConfigView of(ConfigEntry it) {
      return new ConfigView(it.key().wireName(), it.value(), it.key().kind().wireName(), it.source().wireName(),
          it.key().name(), it.key().isSecret(), it.updatedAt(), it.updatedBy(), it.error());
    }
  }

  @GetMapping
  PageBody<ConfigView> list(@RequestParam(defaultValue = "1") @Min(1) @Max(1_000_000) int page,
      @RequestParam(name = "page_size", defaultValue = "20") @Min(1) @Max(PageBody.MAX_SIZE) int pageSize) {
    var all = views();
    return PageBody.of(all.stream().skip((page - 1L) * pageSize).limit(pageSize).toList(), all.size(), page, pageSize);
  }

  @GetMapping("/{key}")
  ConfigView get(@PathVariable String key) {
    return view(known(key));
  }

  @PutMapping("/{key}")
  Mono<ConfigView> put(Operator operator, @PathVariable String key, @Valid @RequestBody ValueBody body) {
    var known = known(key);
    var value = body.value().isNull() ? Optional.<String>empty() : Optional.of(ConfigValue.textOf(known, body.value()));
    if (known.isSecret() && value.isPresent() && !config.canKeepSecrets()) {
      throw new ValidationException("body", "value", "SECRET_KEY is not set here, so no secret can be stored",
          "value_error");
    }
    return changed(Map.of(known, value), operator).then(Mono.fromSupplier(() -> view(known)));
  }

  @PostMapping("/reset")
  Mono<PageBody<ConfigView>> reset(Operator operator, @Valid @RequestBody(required = false) @Nullable ResetBody body) {
    var wanted = body == null ? null : body.keys();
    var changes = new EnumMap<ConfigKey, Optional<String>>(ConfigKey.class);
    if (wanted == null) {
      Arrays.stream(ConfigKey.values()).forEach(it -> changes.put(it, Optional.empty()));
    } else {
      wanted.forEach(it -> changes.put(ConfigKey.of(it).orElseThrow(
          () -> new ValidationException("body", "keys", "must name keys of system-config", "value_error")),
          Optional.empty()));
    }
    return changed(changes, operator).then(Mono.fromSupplier(() -> {
      var all = views();
      return PageBody.of(all, all.size(), 1, PageBody.MAX_SIZE);
    }));
  }

  private Mono<Void> changed(Map<ConfigKey, Optional<String>> changes, Operator operator) {
    return config.change(changes, operator.name())
        .onErrorMap(IllegalArgumentException.class, e -> new ValidationException("body", "value",
            ConfigValue.inKeys(String.valueOf(e.getMessage())), "value_error"));
  }

  private List<ConfigView> views() {
    return config.entries().stream().map(ConfigView::of).toList();
  }

  private ConfigView view(ConfigKey key) {
    return ConfigView.of(config.entries().stream().filter(it -> it.key() == key).findFirst().orElseThrow());
  }

  private static ConfigKey known(String key) {
    return ConfigKey.of(key)
        .orElseThrow(() -> new SelfRagException(ErrorCode.NOT_FOUND, "system-config has no such key"));
  }
}
