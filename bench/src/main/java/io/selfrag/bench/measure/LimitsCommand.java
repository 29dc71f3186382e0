package io.selfrag.bench.measure;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.holds.BulkLane;
import io.selfrag.catalog.isolation.Place;
import io.selfrag.catalog.tenant.ApiKeys;
import io.selfrag.catalog.tenant.NewApiKey;
import io.selfrag.catalog.tenant.Tenant;
import io.selfrag.catalog.tenant.Tenants;
import io.selfrag.servers.SharedServers;
import io.selfrag.service.http.ApiKeySecret;
import io.selfrag.service.start.ServiceDefinition;
import io.selfrag.service.start.ServiceStart;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What finding out who calls and holding them to their limit adds to a request: one handler under a tenants' path and under an open
 * one, called in turn over one connection, on a real PostgreSQL and a real Redis.
 */
@Command(name = "limits", description = "What authentication and rate limiting add to a request, on a warm cache.", mixinStandardHelpOptions = true)
public final class LimitsCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  /** As many as a key may be allowed: every request takes a token, and none is refused. */
  private static final int PER_MINUTE = 1_000_000;

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--rounds", defaultValue = "5", description = "rounds, of whose figures the median is given (default: ${DEFAULT-VALUE})")
  private int rounds = 5;

  @Option(names = "--requests", defaultValue = "4000", description = "requests of each kind in a round (default: ${DEFAULT-VALUE})")
  private int requests = 4000;

  /** A round's times in milliseconds. */
  private record Round(List<Double> open, List<Double> limited) {
    double added(double share) {
      return Figures.percentile(limited, share) - Figures.percentile(open, share);
    }
  }

  @Override
  public Integer call() {
    var service = new ServiceDefinition("limits", LimitedRoutes.class, List.of());
    try (var context = ServiceStart.context(List.of(service), WebApplicationType.REACTIVE, false,
        Map.of("DATABASE_URL", SharedServers.freshDatabase().url(), "REDIS_URL", SharedServers.redisUrl(),
            "server.port",
            0, "LOG_LEVEL", "WARN"),
        List.of()); var http = HttpClient.newHttpClient()) {
      var base = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
      var key = key(context.getBean(CatalogDatabase.class));
      var open = HttpRequest.newBuilder(URI.create(base + LimitedRoutes.OPEN)).timeout(LIMIT).build();
      var limited = HttpRequest.newBuilder(URI.create(base + LimitedRoutes.LIMITED)).timeout(LIMIT)
          .header("Authorization", "Bearer " + key).build();
      round(http, open, limited);
      var measured = new ArrayList<Round>();
      for (int i = 0; i < rounds; i++) {
        measured.add(round(http, open, limited));
      }
      var table = new Table("one request, ms, median of " + rounds + " rounds of " + requests, "p50", "p95");
      row(table, "without", measured.stream().map(Round::open).toList());
      row(table, "with authentication and rate limit", measured.stream().map(Round::limited).toList());
      table.row("added", millis(Figures.median(measured.stream().map(it -> it.added(0.5)).toList())),
          millis(Figures.median(measured.stream().map(it -> it.added(0.95)).toList())));
      table.print(Objects.requireNonNull(spec).commandLine().getOut());
    }
    return 0;
  }

  private static void row(Table table, String name, List<List<Double>> times) {
    table.row(name, millis(Figures.median(times.stream().map(it -> Figures.percentile(it, 0.5)).toList())),
        millis(Figures.median(times.stream().map(it -> Figures.percentile(it, 0.95)).toList())));
  }

  private static String millis(double time) {
    return String.format(Locale.ROOT, "%.2f", time);
  }

  private Round round(HttpClient http, HttpRequest open, HttpRequest limited) {
    var round = new Round(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < requests; i++) {
      round.open().add(time(http, open));
      round.limited().add(time(http, limited));
    }
    return round;
  }

  private static double time(HttpClient http, HttpRequest request) {
    long start = System.nanoTime();
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(request.uri() + " answered " + answer.statusCode() + " " + answer.body());
      }
    } catch (IOException e) {
      throw new IllegalStateException("the service went away", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private static String key(CatalogDatabase database) {
    var tenant = new UUID(0, 1);
    new Tenants(database).insert(new Tenant(tenant, "bench", "free", "active", "partition", -1, -1, -1, 0, 0, 0,
        Instant.EPOCH, Instant.EPOCH, null, null, Place.PARTITION, null, BulkLane.RUNNING)).block(LIMIT);
    var secret = ApiKeySecret.random(new SecureRandom());
    new ApiKeys(database).insert(new NewApiKey(UUID.randomUUID(), tenant, "bench", null, "read", secret.hash(),
        secret.prefix(), null, null, PER_MINUTE, null)).block(LIMIT);
    return secret.text();
  }
}
