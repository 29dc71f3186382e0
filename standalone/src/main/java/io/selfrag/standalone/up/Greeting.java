package io.selfrag.standalone.up;

import io.selfrag.standalone.client.Command;
import io.selfrag.standalone.client.Credentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What a person needs to know once the system is ready. */
final class Greeting {
  private Greeting() {}

  static String of(Credentials credentials, Path data, Duration time) {
    var command = Command.name();
    var option = Command.dataOption(data);
    return """

        The Self-RAG Pipeline is ready after %.1f s.

          base URL        %s
          operator token  %s
          API key         %s   (tenant demo, role admin)
          both are kept in %s, readable by you alone

        Try next, in another terminal:

          %s ingest%s %s
          %s search%s "how do I start it?"
          %s status%s

        Ctrl-C stops it; everything is there again after the next start. The log is in %s.
        """.formatted(time.toMillis() / 1000.0, credentials.baseUrl(), credentials.adminToken(), credentials.apiKey(),
        Command.shown(Credentials.file(data)), command, option, example(), command, option, command, option,
        Command.shown(data.resolve("logs")));
  }

  /** A document that is surely there. */
  private static String example() {
    var readme = Path.of(System.getProperty("selfrag.home", "")).resolve("README.md");
    return Files.exists(readme) ? Command.quoted(readme) : "FOLDER";
  }
}
