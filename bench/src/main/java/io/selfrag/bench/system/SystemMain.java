package io.selfrag.bench.system;

import io.selfrag.servers.ChildServer;
import io.selfrag.servers.LocalServer;
import io.selfrag.servers.ServerPorts;
import io.selfrag.standalone.up.StandaloneOptions;
import io.selfrag.standalone.up.StandaloneSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The whole system, started in a process of its own by {@link SystemProcess}. */
final class SystemMain {
  /** Setting of ours: the services reach the broker by a {@link BrokerLink}. */
  static final String BROKER_LINK = "BENCH_BROKER_LINK";

  private SystemMain() {}

  /** @param args data folder, then {@code NAME=value} settings */
  public static void main(String[] args) throws IOException {
    var out = CommandLoop.takeStandardOutput();
    var data = Path.of(args[0]);
    // What is measured is the work, not the memory of having done it.
    Map<String, Object> properties = new HashMap<>(Map.of("QUERY_CACHE", "off"));
    for (int i = 1; i < args.length; i++) {
      var setting = args[i].split("=", 2);
      properties.put(setting[0], setting[1]);
    }
    var link = properties.remove(BROKER_LINK) == null ? null : new BrokerLink();
    var ports = ServerPorts.any();
    if (link != null) {
      ports = ports.with(link.door());
      properties.put("KAFKA_BOOTSTRAP_SERVERS", link.address());
    }
    var faulty = new AtomicReference<FaultyVectorStore>();
    var system = StandaloneSystem.start(new StandaloneOptions(data, 0, ports, properties), store -> {
      faulty.set(new FaultyVectorStore(store));
      return faulty.get();
    });
    try (system) {
      var access = new SystemAccess(system.baseUrl(), system.credentials().adminToken(),
          system.servers().postgres().address().url(), system.servers().broker().bootstrapServers(),
          system.servers().redis().url(),
          data.resolve("index"));
      CommandLoop.answer(out, JsonMapper.shared().writeValueAsString(access));
      CommandLoop.run(out, line -> obey(line.split(" "), system, faulty.get(), link));
    }
    System.exit(0);
  }

  private static String obey(String[] words, StandaloneSystem system, FaultyVectorStore store,
      @Nullable BrokerLink link) {
    if (words[0].equals("link")) {
      link(words, Objects.requireNonNull(link));
      return "done";
    }
    switch (words[0] + " " + words[1]) {
      case "store away" -> store.away(true);
      case "store slow" -> store.delay(Duration.ofMillis(Long.parseLong(words[2])));
      case "store halt" -> store.halt(FaultyVectorStore.Halt.valueOf(words[2]));
      case "store back" -> {
        store.away(false);
        store.delay(Duration.ZERO);
      }
      default -> {
        var server = server(system, words[1]);
        switch (words[0]) {
          case "stop" -> server.stop();
          case "start" -> server.start();
          case "kill" -> child(server).kill();
          case "pause" -> child(server).pause();
          case "resume" -> child(server).resume();
          default -> throw new IllegalArgumentException(words[0]);
        }
      }
    }
    return "done";
  }

  private static void link(String[] words, BrokerLink link) {
    switch (words[1]) {
      case "cut" -> link.cut();
      case "reset" -> link.reset();
      case "delay" -> link.delay(Duration.ofMillis(Long.parseLong(words[2])));
      case "mend" -> link.mend();
      default -> throw new IllegalArgumentException(words[1]);
    }
  }

  private static ChildServer child(LocalServer server) {
    return (ChildServer) server;
  }

  private static LocalServer server(StandaloneSystem system, String name) {
    return switch (name) {
      case "broker" -> system.servers().broker();
      case "postgres" -> system.servers().postgres();
      case "redis" -> system.servers().redis();
      default -> throw new IllegalArgumentException(name);
    };
  }
}
