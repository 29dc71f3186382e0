package io.selfrag.standalone.up;

import io.selfrag.servers.LocalServerException;
import io.selfrag.servers.ServerPorts;
import io.selfrag.standalone.client.Credentials;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts the whole system on this machine and runs until it is stopped. */
@Command(name = "up", description = "Start the whole system on this machine; Ctrl-C stops it.", mixinStandardHelpOptions = true)
public final class UpCommand implements Callable<Integer> {
  private static final int REFUSED = 2;

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--data", paramLabel = "DIR", defaultValue = "${env:SELFRAG_DATA:-data}", description = "everything that survives a restart (default: ${DEFAULT-VALUE})")
  private Path data = Path.of("data");

  @Option(names = "--port", defaultValue = "${env:PORT:-8020}", description = "port of the API (default: ${DEFAULT-VALUE})")
  private int port = 8020;

  @Option(names = "--broker-port", defaultValue = "9092", description = "port of Kafka (default: ${DEFAULT-VALUE})")
  private int brokerPort = 9092;

  @Option(names = "--embedding", paramLabel = "PROVIDER", defaultValue = "${env:EMBEDDING_PROVIDER}", description = "onnx (default), ollama, openai, or hashing, which costs nothing and serves tests")
  private @Nullable String embedding;

  @Override
  public Integer call() throws InterruptedException {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    long start = System.nanoTime();
    StandaloneSystem system;
    try {
      system = StandaloneSystem.start(options());
    } catch (LocalServerException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return REFUSED;
    }
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      out.println("Stopping …");
      out.flush();
      system.close();
      stopped.countDown();
    }, "stop"));
    greet(out, system.credentials(), Duration.ofNanos(System.nanoTime() - start));
    stopped.await();
    return 0;
  }

  private StandaloneOptions options() {
    var properties = new HashMap<String, Object>();
    if (embedding != null && !embedding.isBlank()) {
      properties.put("EMBEDDING_PROVIDER", embedding);
    }
    return new StandaloneOptions(data, port, new ServerPorts(brokerPort, 0, 0), Map.copyOf(properties));
  }

  private void greet(PrintWriter out, Credentials credentials, Duration time) {
    out.printf("""

        The Self-RAG Pipeline is ready after %.1f s.

          base URL        %s
          operator token  %s
          API key         %s   (tenant demo, role admin)
          both are kept in %s, readable by you alone

        Try next, in another terminal:

          ./selfrag ingest docs
          ./selfrag search "how do I start it?"
          ./selfrag status

        """, time.toMillis() / 1000.0, credentials.baseUrl(), credentials.adminToken(), credentials.apiKey(),
        data.resolve("credentials.json"));
    out.flush();
  }
}
