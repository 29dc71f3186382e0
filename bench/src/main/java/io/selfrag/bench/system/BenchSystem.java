package io.selfrag.bench.system;

import io.selfrag.servers.LocalPostgres;
import io.selfrag.standalone.client.Credentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of a measurement about the system it is made on: one that runs already, or one of its own. */
public final class BenchSystem {
  @Option(names = "--data", paramLabel = "DIR", description = "data folder of a running system (default: a system of the measurement's own)")
  private @Nullable Path data;

  @Option(names = "--embedding", paramLabel = "PROVIDER", description = "onnx (default) or hashing")
  private @Nullable String embedding;

  @Option(names = "--heap", defaultValue = "1g", description = "heap of the system's process (default: ${DEFAULT-VALUE})")
  private String heap = "1g";

  /** A system for as long as it is needed. */
  public static final class Lease implements AutoCloseable {
    private final SystemAccess access;
    private final @Nullable SystemProcess process;

    private Lease(SystemAccess access, @Nullable SystemProcess process) {
      this.access = access;
      this.process = process;
    }

    public SystemAccess access() {
      return access;
    }

    /** Resident bytes of the system's own processes; 0 if it runs elsewhere. */
    public long residentBytes() {
      return process == null ? 0 : process.residentBytes();
    }

    /** Processor time of the system's own processes since their start; zero if it runs elsewhere. */
    public Duration cpuTime() {
      return process == null ? Duration.ZERO : process.cpuTime();
    }

    @Override
    public void close() {
      if (process != null) {
        process.close();
        delete(process.data());
      }
    }
  }

  /** The provider that was asked for. */
  public String embedding() {
    return embedding == null ? "onnx" : embedding;
  }

  /** The running system, or a new one on an empty folder. */
  public Lease open() {
    return data == null ? open(embedding()) : new Lease(running(data), null);
  }

  /** The running system, or a new one with the provider that was asked for, else with this one. */
  public Lease openOr(String usual) {
    return data != null || embedding != null ? open() : open(usual);
  }

  /** A new system on an empty folder with the given embedding models. */
  public Lease open(String provider) {
    var settings = new HashMap<String, String>(Map.of("EMBEDDING_PROVIDER", provider));
    var process = SystemProcess.startMeasured(temporary("system"), settings, heap);
    return new Lease(process.access(), process);
  }

  /** How to reach the system that runs on a data folder. */
  public static SystemAccess running(Path data) {
    var credentials = Credentials.in(data)
        .orElseThrow(() -> new IllegalStateException("there is no system in " + data));
    return new SystemAccess(credentials.baseUrl(), credentials.adminToken(),
        LocalPostgres.keptAddress(data.resolve("postgres")).url(), "", "", data.resolve("index"));
  }

  /** An empty folder. */
  public static Path temporary(String name) {
    try {
      return Files.createTempDirectory("selfrag-" + name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes a folder with all that is in it. */
  public static void delete(Path folder) {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
