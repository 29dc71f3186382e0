package io.selfrag.service.limits;

import io.selfrag.service.config.ConfigurationException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which rates are allowed.
 *
 * @param perMinute of the default class
 * @param burst requests at once on top of what a full bucket holds
 * @param classes {@code default=120/minute, admin=1000/minute, read=60/minute}, or the same as a JSON object; {@code off} for a
 *        class, or alone for all of them. What it does not name stays as it is: admin 1000 a minute, read one with default. A key's
 *        own limit holds whatever stands here.
 */
@ConfigurationProperties("selfrag.rate-limits")
public record RateLimitSettings(@DefaultValue("120") int perMinute, @DefaultValue("10") int burst,
    @DefaultValue("") String classes) {
  private static final String VARIABLE = "RATE_LIMITS";
  private static final String OFF = "off";
  private static final Rate ADMIN = Rate.perMinute(1000);
  private static final int MOST = 1_000_000;

  public RateLimitSettings {
    if (perMinute < 1 || perMinute > MOST) {
      throw new ConfigurationException("RATE_LIMIT_PER_MINUTE", "must be between 1 and " + MOST);
    }
    if (burst < 0 || burst > MOST) {
      throw new ConfigurationException("RATE_LIMIT_BURST", "must be between 0 and " + MOST);
    }
    rates(perMinute, classes);
  }

  /** The rates of the classes that have one of their own; empty: not limited. */
  Map<RouteClass, Optional<Rate>> rates() {
    return rates(perMinute, classes);
  }

  private static Map<RouteClass, Optional<Rate>> rates(int perMinute, String classes) {
    var rates = new EnumMap<RouteClass, Optional<Rate>>(RouteClass.class);
    rates.put(RouteClass.DEFAULT, Optional.of(Rate.perMinute(perMinute)));
    rates.put(RouteClass.ADMIN, Optional.of(ADMIN));
    var text = classes.replaceAll("[{}\"'\\s]", "").toLowerCase(Locale.ROOT);
    if (text.equals(OFF)) {
      rates.replaceAll((name, rate) -> Optional.empty());
    } else if (!text.isEmpty()) {
      for (String entry : text.split(",", -1)) {
        var parts = entry.split("[=:]", 2);
        rates.put(routeClass(parts[0]), rate(entry, parts));
      }
    }
    return rates;
  }

  private static RouteClass routeClass(String name) {
    return Stream.of(RouteClass.values()).filter(it -> it.settingName().equals(name)).findFirst()
        .orElseThrow(() -> new ConfigurationException(VARIABLE, "knows default, admin and read, not \"" + name + "\""));
  }

  private static Optional<Rate> rate(String entry, String[] parts) {
    try {
      return parts.length == 2 && parts[1].equals(OFF)
          ? Optional.empty()
          : Optional.of(Rate.parse(parts.length == 2 ? parts[1] : ""));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(VARIABLE,
          "must look like default=120/minute,admin=1000/minute,read=60/minute, or off; it has \"" + entry + "\"");
    }
  }
}
