package io.selfrag.bench.measure;

import io.selfrag.bench.system.BenchSystem;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The embedded store alone: bulk load, small writes by one and by many, searches beside them, deletes, footprint. */
@Command(name = "store", description = "The embedded vector store alone: bulk load, small writes, searches beside them, deletes.", mixinStandardHelpOptions = true)
public final class StoreCommand implements Callable<Integer> {
  private static final String FIGURE = "FIGURE ";

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--points", defaultValue = "20000", description = "in the bulk load, 64 to 500 a call from two threads (default: ${DEFAULT-VALUE})")
  private int points = 20_000;

  @Option(names = "--dimension", defaultValue = "384", description = "of the vectors (default: ${DEFAULT-VALUE})")
  private int dimension = 384;

  @Option(names = "--seconds", defaultValue = "10", description = "of each phase of small writes (default: ${DEFAULT-VALUE})")
  private int seconds = 10;

  @Option(names = "--rounds", defaultValue = "1", description = "runs of each build, in turn; the medians count (default: ${DEFAULT-VALUE})")
  private int rounds = 1;

  @Option(names = "--baseline", paramLabel = "PATH", description = "classes or jar of the vector-store module of another build, to compare with in the same run")
  private @Nullable Path baseline;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var ours = new LinkedHashMap<String, List<Double>>();
    var theirs = new LinkedHashMap<String, List<Double>>();
    for (int round = 0; round < rounds; round++) {
      if (baseline != null) {
        run(baseline + System.getProperty("path.separator"), theirs);
      }
      run("", ours);
    }
    var table = baseline == null ? new Table("measure", "value") : new Table("measure", "baseline", "this", "ratio");
    ours.forEach((name, values) -> row(table, name, values, theirs.get(name)));
    table.print(Objects.requireNonNull(spec).commandLine().getOut());
    return 0;
  }

  private static void row(Table table, String name, List<Double> values, @Nullable List<Double> baseline) {
    double ours = Figures.median(values);
    if (baseline == null) {
      table.row(name, number(ours));
    } else {
      double theirs = Figures.median(baseline);
      table.row(name, number(theirs), number(ours), String.format(Locale.ROOT, "%.2f", ours / theirs));
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%.0f", value);
  }

  /** In a process of its own, so that two builds never meet and each starts cold. */
  private void run(String classPathBefore, Map<String, List<Double>> figures) throws IOException, InterruptedException {
    var folder = BenchSystem.temporary("store");
    try {
      var process = new ProcessBuilder(Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
          "--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector", "-XX:+UseSerialGC", "-Xmx1g",
          "-cp", classPathBefore + System.getProperty("java.class.path", ""), StoreRun.class.getName(),
          folder.toString(), Integer.toString(points), Integer.toString(dimension), Integer.toString(seconds))
          .redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith(FIGURE)) {
            int value = line.lastIndexOf('=');
            figures.computeIfAbsent(line.substring(FIGURE.length(), value), _ -> new ArrayList<>())
                .add(Double.valueOf(line.substring(value + 1)));
          }
        }
      }
      if (process.waitFor() != 0) {
        throw new IllegalStateException("the run ended with " + process.exitValue());
      }
    } finally {
      BenchSystem.delete(folder);
    }
  }
}
