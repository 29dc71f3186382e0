package io.selfrag.chunker;

import io.selfrag.service.config.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much of the machine the service takes and how long it waits.
 *
 * @param stateDir where the stores of {@code order} are; may be lost, then they are read from the broker again
 * @param orderThreads of {@code order}
 * @param interactiveThreads of {@code split}, interactive lane
 * @param bulkThreads of {@code split}, bulk lane; never 0, so that nobody starves (S20)
 * @param standbyReplicas warm copies of the stores in other instances
 * @param commitInterval longest time that outputs wait for their transaction
 * @param parseTimeout of one document; well below the time limit of a transaction (S7)
 * @param outageWait how long one record waits for something that is away before its thread starts over
 * @param contentDeadline how long missing content may still come (S22)
 * @param parserMode where documents are parsed
 * @param parserHeapMb heap of each parser process, in MB
 */
@ConfigurationProperties("selfrag.chunker")
public record ChunkerSettings(@DefaultValue("data/chunker-stream") Path stateDir, @DefaultValue("1") int orderThreads,
    @DefaultValue("2") int interactiveThreads, @DefaultValue("1") int bulkThreads,
    @DefaultValue("0") int standbyReplicas,
    @DefaultValue("100ms") Duration commitInterval, @DefaultValue("60s") Duration parseTimeout,
    @DefaultValue("90s") Duration outageWait, @DefaultValue("6h") Duration contentDeadline,
    @DefaultValue("process") ParserMode parserMode, @DefaultValue("384") int parserHeapMb) {
  /** Where documents are parsed. */
  public enum ParserMode {
    /** In processes of their own, which a hostile file may hang or kill. */
    PROCESS,
    /** In the worker itself, for documents that are trusted: less memory, and nothing bounds time or heap. */
    IN_PROCESS
  }

  public ChunkerSettings {
    atLeastOne("CHUNKER_ORDER_THREADS", orderThreads);
    atLeastOne("CHUNKER_INTERACTIVE_THREADS", interactiveThreads);
    atLeastOne("CHUNKER_BULK_THREADS", bulkThreads);
    if (standbyReplicas < 0 || standbyReplicas > 5) {
      throw new ConfigurationException("CHUNKER_STANDBY_REPLICAS", "must be between 0 and 5");
    }
    between("CHUNKER_COMMIT_INTERVAL", commitInterval, Duration.ofMillis(10), Duration.ofSeconds(30));
    between("PARSE_TIMEOUT", parseTimeout, Duration.ofMillis(100), Duration.ofSeconds(60));
    between("CHUNKER_OUTAGE_WAIT", outageWait, Duration.ofSeconds(1), Duration.ofSeconds(100));
    if (parserHeapMb < 64 || parserHeapMb > 16_384) {
      throw new ConfigurationException("PARSER_HEAP_MB", "must be between 64 and 16384");
    }
    between("CHUNKER_CONTENT_DEADLINE", contentDeadline, Duration.ofSeconds(1), Duration.ofDays(7));
  }

  private static void atLeastOne(String name, int threads) {
    if (threads < 1 || threads > 256) {
      throw new ConfigurationException(name, "must be between 1 and 256");
    }
  }

  private static void between(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new ConfigurationException(name, "must be between " + least + " and " + most);
    }
  }
}
