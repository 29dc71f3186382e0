package io.selfrag.bench.system;

import io.selfrag.chunker.ChunkerStreamApplication;
import io.selfrag.embedder.EmbedderWorkerApplication;
import io.selfrag.query.QueryApiApplication;
import io.selfrag.service.start.ServiceDefinition;
import io.selfrag.service.start.ServiceStart;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** Workers in a process of their own, as deployed; started by {@link Workers}. */
final class WorkersMain {
  private final Map<String, Object> properties;
  private final Map<String, Deque<ConfigurableApplicationContext>> running = new HashMap<>();

  private WorkersMain(Map<String, Object> properties) {
    this.properties = properties;
  }

  /** @param args {@code NAME=value} settings */
  public static void main(String[] args) throws IOException {
    var out = CommandLoop.takeStandardOutput();
    Map<String, Object> properties = new HashMap<>();
    for (String arg : args) {
      var setting = arg.split("=", 2);
      properties.put(setting[0], setting[1]);
    }
    var workers = new WorkersMain(properties);
    // As deployed: SIGTERM ends it in good order.
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(workers::stop));
    CommandLoop.answer(out, "ready");
    CommandLoop.run(out, workers::obey);
    System.exit(0);
  }

  private synchronized void stop() {
    running.values().forEach(all -> all.forEach(ConfigurableApplicationContext::close));
  }

  private synchronized String obey(String line) {
    var words = line.split(" ");
    var contexts = running.computeIfAbsent(words[1], _ -> new ArrayDeque<>());
    switch (words[0]) {
      case "add" -> contexts.push(start(words[1], WebApplicationType.NONE));
      case "serve" -> {
        var context = start(words[1], WebApplicationType.REACTIVE);
        contexts.push(context);
        return "http://127.0.0.1:"
            + Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer()).getPort();
      }
      case "remove" -> contexts.pop().close();
      default -> throw new IllegalArgumentException(line);
    }
    return "done";
  }

  private ConfigurableApplicationContext start(String service, WebApplicationType web) {
    return ServiceStart.context(List.of(definition(service)), web, false, properties, List.of());
  }

  private static ServiceDefinition definition(String worker) {
    return switch (worker) {
      case "embedder" -> EmbedderWorkerApplication.SERVICE;
      case "chunker" -> ChunkerStreamApplication.SERVICE;
      case "query" -> QueryApiApplication.SERVICE;
      default -> throw new IllegalArgumentException(worker);
    };
  }
}
