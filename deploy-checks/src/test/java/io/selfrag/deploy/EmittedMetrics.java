package io.selfrag.deploy;

import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names under which Prometheus sees what the sources register, and what exporters beside them are known to have. */
final class EmittedMetrics {
  /** A meter's registration: how, its name, and the rest of the statement. */
  private static final Pattern REGISTERED = Pattern.compile(
      "(?s)(\\b(?:Counter|Timer|TimeGauge|Gauge|gauge)|\\.counter|\\.timer)(?:\\.builder)?\\(\\s*\"((?:selfrag|api)\\.[a-z._]+)\"([^;]*)");

  /** Of Micrometer's JVM binders, Prometheus itself, and the exporters of docker-compose.monitoring.yml. */
  static final Set<String> OF_OTHERS = Set.of("jvm_memory_used_bytes", "up", "pg_up", "pg_stat_activity_count",
      "pg_settings_max_connections", "pg_database_size_bytes", "redis_up", "redis_memory_used_bytes",
      "node_filesystem_avail_bytes", "node_filesystem_size_bytes", "probe_success", "probe_ssl_earliest_cert_expiry",
      "kube_cronjob_status_last_successful_time", "kube_cronjob_created");

  private EmittedMetrics() {}

  static Set<String> names() {
    var found = new TreeSet<String>();
    try (Stream<java.nio.file.Path> modules = Files.list(Repository.ROOT)) {
      modules.filter(it -> Files.isDirectory(it.resolve("src/main/java"))).flatMap(it -> Repository
          .files(it.getFileName() + "/src/main/java", ".java").stream()).forEach(file -> REGISTERED
              .matcher(Repository.text(file)).results().forEach(it -> found.addAll(names(it))));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return found;
  }

  /** What the container {@code backup} leaves for node-exporter. */
  static Set<String> ofTheScheduledBackup() {
    return Pattern.compile("selfrag_backup_[a-z_]+").matcher(Repository.text("deploy/image/scheduled")).results()
        .map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<String> names(MatchResult meter) {
    // Prometheus's client keeps the ending _created to itself and cuts it off.
    var base = meter.group(2).replace('.', '_').replaceFirst("_created$", "");
    var rest = meter.group(3);
    return switch (meter.group(1)) {
      case "Counter", ".counter" -> List.of(base + "_total");
      case "TimeGauge" -> List.of(base + "_seconds");
      case "Timer", ".timer" -> rest.contains("publishPercentileHistogram")
          ? List.of(base + "_seconds_count", base + "_seconds_sum", base + "_seconds_max", base + "_seconds_bucket")
          : List.of(base + "_seconds_count", base + "_seconds_sum", base + "_seconds_max");
      default -> List.of(rest.contains("baseUnit(\"seconds\")") ? base + "_seconds" : base);
    };
  }
}
