package io.selfrag.standalone.doctor;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.servers.LocalServerException;
import io.selfrag.standalone.client.JsonPages;
import io.selfrag.standalone.client.Target;
import io.selfrag.standalone.up.StandaloneSettings;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/**
 * The daily check: a line for each thing that an operator looks at. On one machine it finds all by the data folder; elsewhere by
 * the environment of the services, and what is not named there is said and left out.
 */
@Command(name = "doctor", description = "The daily check: services, lag, dead letters, PostgreSQL, Qdrant, disk, certificate, backup.", mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int FAILED = 1;

  @Mixin
  private Target target = new Target();

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--json", description = "print an array of findings")
  private boolean asJson;

  @Option(names = "--strict", description = "exit code 1 for a warning too")
  private boolean strict;

  @Option(names = "--backups", paramLabel = "DIR", description = "where backups are kept")
  private @Nullable Path backups;

  @Option(names = "--certificate", paramLabel = "FILE", description = "a certificate in PEM, such as the proxy's")
  private @Nullable Path certificate;

  @Option(names = "--disk", paramLabel = "DIR", description = "a disk to look at as well, by any folder on it; may be repeated")
  private List<Path> disks = List.of();

  @Override
  public Integer call() {
    var logger = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    var level = logger.getLevel();
    logger.setLevel(Level.OFF); // clients say at length what is said here in a line
    try {
      var findings = looks().stream().flatMap(it -> look(it).stream()).toList();
      var out = Objects.requireNonNull(spec).commandLine().getOut();
      if (asJson) {
        out.println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(findings));
      } else {
        print(findings, out);
      }
      out.flush();
      return findings.stream().map(Finding::level)
          .anyMatch(it -> it == Finding.Level.FAIL || (strict && it == Finding.Level.WARN)) ? FAILED : 0;
    } finally {
      logger.setLevel(level);
    }
  }

  private List<Look> looks() {
    var now = Instant.now();
    boolean byEnvironment = target.isNamedByUrl() || named("DATABASE_URL").isPresent();
    var looks = new ArrayList<Look>();
    looks.add(new PipelineLook(target, now));
    looks.add(database(byEnvironment));
    looks.add(qdrant(byEnvironment));
    var places = new ArrayList<>(disks);
    places.add(byEnvironment ? Path.of("").toAbsolutePath() : target.data());
    places.add(Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
    looks.add(new HostLook(places));
    looks
        .add(new CertificateLook(target.isNamedByUrl() ? URI.create(target.baseUrl()) : null, certificate, now, LIMIT));
    looks.add(new BackupLook(backups, now));
    return looks;
  }

  private Look database(boolean byEnvironment) {
    var url = byEnvironment ? named("DATABASE_URL") : keptDatabase();
    return url.<Look>map(it -> new DatabaseLook(DatabaseAddress.parse(it), LIMIT))
        .orElseGet(() -> new Absent("database", "it is not named",
            "set DATABASE_URL as the services have it, or name a data folder that a system was started in"));
  }

  private Optional<String> keptDatabase() {
    try {
      return Optional.of(String.valueOf(StandaloneSettings.kept(target.data()).get("DATABASE_URL")));
    } catch (LocalServerException _) {
      return Optional.empty();
    }
  }

  private Look qdrant(boolean byEnvironment) {
    var url = named("QDRANT_URL");
    if (url.isPresent()) {
      return new QdrantLook(
          new JsonPages(URI.create(url.get()), "api-key", named("QDRANT_API_KEY").orElse(null), LIMIT));
    }
    var index = target.data().resolve("index");
    return byEnvironment
        ? new Absent("Qdrant", "it is not named", "set QDRANT_URL as the services have it")
        : new Absent("Qdrant", Files.exists(index) ? "Lucene is used, in " + index : "Lucene is used", null);
  }

  private static Optional<String> named(String variable) {
    return Optional.ofNullable(System.getenv(variable)).filter(it -> !it.isBlank());
  }

  private static List<Finding> look(Look look) {
    try {
      return look.findings();
    } catch (Exception e) {
      // Whatever is wrong with one part, the others are looked at; that it could not be is what is found.
      return List.of(Finding.fail(look.what(), "cannot be looked at: "
          + Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName()),
          "is it running, and reachable from here?"));
    }
  }

  private record Absent(String what, String said, @Nullable String remedy) implements Look {
    @Override
    public List<Finding> findings() {
      return List.of(new Finding(what, Finding.Level.NONE, said, remedy));
    }
  }

  private static void print(List<Finding> findings, PrintWriter out) {
    int width = findings.stream().mapToInt(it -> it.check().length()).max().orElse(0);
    findings.forEach(it -> out.println(String.format(Locale.ROOT, "%-4s  %-" + width + "s  %s%s",
        it.level() == Finding.Level.NONE ? "-" : it.level().name(), it.check(), it.said(),
        it.remedy() == null ? "" : ". To do: " + it.remedy())));
    long failed = findings.stream().filter(it -> it.level() == Finding.Level.FAIL).count();
    long warned = findings.stream().filter(it -> it.level() == Finding.Level.WARN).count();
    out.println(failed + " failed, " + warned + " warnings.");
  }
}
