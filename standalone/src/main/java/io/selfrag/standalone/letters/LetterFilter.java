package io.selfrag.standalone.letters;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that choose among dead letters. */
final class LetterFilter {
  @Option(names = "--tenant", paramLabel = "ID", description = "only this tenant's")
  private @Nullable UUID tenant;

  @Option(names = "--topic", paramLabel = "NAME", description = "only those of this dead-letter topic")
  private @Nullable String topic;

  @Option(names = "--stage", paramLabel = "NAME", description = "only those given up by this stage")
  private @Nullable String stage;

  @Option(names = "--code", paramLabel = "CODE", description = "only those with this code, such as CORRUPT")
  private @Nullable String code;

  @Option(names = "--since", paramLabel = "TIME", description = "only those since then, such as 2026-01-31T12:00:00Z")
  private @Nullable Instant since;

  /** The fields that were given, named as the API names them. */
  Map<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    put(fields, "tenant_id", tenant);
    put(fields, "topic", topic);
    put(fields, "stage", stage);
    put(fields, "code", code);
    put(fields, "since", since);
    return fields;
  }

  private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
    if (value != null) {
      fields.put(name, value.toString());
    }
  }

  /** The same as parameters, each with an ampersand in front. */
  String parameters() {
    return fields().entrySet().stream()
        .map(it -> "&" + it.getKey() + "=" + URLEncoder.encode(it.getValue().toString(), StandardCharsets.UTF_8))
        .collect(Collectors.joining());
  }
}
