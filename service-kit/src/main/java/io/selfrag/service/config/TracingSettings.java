package io.selfrag.service.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where spans are sent; nothing is recorded without an endpoint. Names and forms are OpenTelemetry's own.
 *
 * @param endpoint of a collector that takes OTLP over HTTP
 * @param headers {@code name=value}, several with commas between
 * @param ratio of the traces that begin here which are recorded
 */
@ConfigurationProperties("selfrag.tracing")
public record TracingSettings(@Nullable String endpoint, @DefaultValue("") String headers,
    @DefaultValue("1.0") double ratio) {
  public TracingSettings {
    endpoint = endpoint == null || endpoint.isBlank() ? null : endpoint;
    if (endpoint != null && !endpoint.matches("https?://[^\\s/]+(/\\S*)?")) {
      throw new ConfigurationException("OTEL_EXPORTER_OTLP_ENDPOINT", "must look like http://host:4318");
    }
    if (!headers.isBlank() && !headers.matches("[^=,\\s]+=[^,\\s]+(,[^=,\\s]+=[^,\\s]+)*")) {
      throw new ConfigurationException("OTEL_EXPORTER_OTLP_HEADERS", "must look like name=value,name=value");
    }
    if (!(ratio >= 0 && ratio <= 1)) {
      throw new ConfigurationException("OTEL_TRACES_SAMPLER_ARG", "must be between 0 and 1");
    }
  }

  /** The headers by name. */
  public Map<String, String> headersByName() {
    var byName = new LinkedHashMap<String, String>();
    if (!headers.isBlank()) {
      for (String header : headers.split(",", -1)) {
        var parts = header.split("=", 2);
        byName.put(parts[0], parts[1]);
      }
    }
    return byName;
  }

  /** Without the headers, which may hold a key. */
  @Override
  public String toString() {
    return "TracingSettings[" + endpoint + ", " + ratio + "]";
  }
}
