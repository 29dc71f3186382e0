package io.selfrag.query.systemconfig;

import io.selfrag.catalog.operator.ConfigOverride;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was read of the table at one time, and what follows from it.
 *
 * @param rows as they were read
 * @param settings in force
 * @param overrides the rows by key
 * @param errors why a row is not in force, by key
 */
record ConfigSnapshot(List<ConfigOverride> rows, ChosenSettings settings, Map<ConfigKey, ConfigOverride> overrides,
    Map<ConfigKey, String> errors) {
  ConfigSnapshot {
    rows = List.copyOf(rows);
    overrides = Map.copyOf(overrides);
    errors = Map.copyOf(errors);
  }

  /** Opens secrets, which takes a moment. Rows that are not right are not in force, and those that are right without them are. */
  static ConfigSnapshot of(ChosenSettings environment, List<ConfigOverride> rows, SecretBox box) {
    var overrides = new EnumMap<ConfigKey, ConfigOverride>(ConfigKey.class);
    // A row of a version that knows more keys is none of ours.
    rows.forEach(row -> ConfigKey.of(row.key()).ifPresent(key -> overrides.put(key, row)));
    var values = new EnumMap<ConfigKey, String>(ConfigKey.class);
    var errors = new EnumMap<ConfigKey, String>(ConfigKey.class);
    overrides.forEach((key, row) -> {
      try {
        values.put(key, key.isSecret() ? box.open(key.wireName(), row.value()) : row.value());
      } catch (UnreadableSecretException e) {
        errors.put(key, String.valueOf(e.getMessage()));
      }
    });
    ChosenSettings chosen;
    try {
      chosen = environment.with(values);
    } catch (IllegalArgumentException e) {
      // Such as a model that the environment no longer names. None of them is better than some of them.
      values.keySet().forEach(key -> errors.put(key, String.valueOf(e.getMessage())));
      chosen = environment;
    }
    return new ConfigSnapshot(rows, chosen, overrides, errors);
  }

  /** One key as it is now; secrets are not in it. */
  ConfigEntry entry(ConfigKey key, Set<ConfigKey> given) {
    var row = overrides.get(key);
    var value = settings.value(key);
    var shown = key.isSecret() ? value == null ? null : ConfigEntry.MASK : value;
    if (row == null || errors.containsKey(key)) {
      var source = given.contains(key) ? ConfigEntry.Source.ENV : ConfigEntry.Source.DEFAULT;
      return new ConfigEntry(key, shown, source, row == null ? null : row.updatedAt(),
          row == null ? null : row.updatedBy(), errors.get(key));
    }
    return new ConfigEntry(key, shown, ConfigEntry.Source.DATABASE, row.updatedAt(), row.updatedBy(), null);
  }
}
