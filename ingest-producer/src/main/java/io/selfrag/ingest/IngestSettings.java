package io.selfrag.ingest;

import io.selfrag.service.config.ConfigurationException;
import io.selfrag.service.kafka.KafkaClients;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Limits of this service.
 *
 * @param maxDocumentSizeMb largest original
 * @param interactiveMaxInFlight unfinished interactive documents with which a tenant's next ones go to the bulk lane (S20)
 * @param interactiveMaxBytes larger content goes to the bulk lane
 * @param maxWaiters requests that may wait for their document at once (S24)
 * @param waitPoll how often the waiting documents are looked at; without a unit milliseconds, as other times are seconds
 * @param maxStreams streams of events that may be open at once
 * @param maxOpenDocuments unfinished documents of all tenants with which no more are taken
 * @param answerTimeout longest answer of a route that neither streams nor waits for its caller or for the pipeline
 * @param ackTimeout longest wait for the brokers to have a document, that for a turn to send it included
 * @param bulkMaxLineKb longest line of a bulk stream
 * @param fetchTimeout longest download of a {@code source_url}
 * @param tempDir where uploads are kept while they come in
 * @param reapAfter how long after acceptance a command without an answer can still arrive (S3)
 * @param reapEvery how often such are looked for
 * @param jobIdle after which time without a sign of the request that feeds it a job is complete
 * @param upkeepEvery how often what nobody needs any more is removed
 */
@ConfigurationProperties("selfrag.ingest")
public record IngestSettings(@DefaultValue("50") int maxDocumentSizeMb, @DefaultValue("50") int interactiveMaxInFlight,
    @DefaultValue("1048576") long interactiveMaxBytes, @DefaultValue("1000") int maxWaiters,
    @DefaultValue("50ms") Duration waitPoll, @DefaultValue("200") int maxStreams,
    @DefaultValue("100000") int maxOpenDocuments,
    @DefaultValue("30s") @DurationUnit(ChronoUnit.SECONDS) Duration answerTimeout,
    @DefaultValue("20s") @DurationUnit(ChronoUnit.SECONDS) Duration ackTimeout, @DefaultValue("2048") int bulkMaxLineKb,
    @DefaultValue("30s") @DurationUnit(ChronoUnit.SECONDS) Duration fetchTimeout,
    @DefaultValue("${java.io.tmpdir}") String tempDir,
    @DefaultValue("2m") @DurationUnit(ChronoUnit.SECONDS) Duration reapAfter,
    @DefaultValue("30s") @DurationUnit(ChronoUnit.SECONDS) Duration reapEvery,
    @DefaultValue("15m") @DurationUnit(ChronoUnit.SECONDS) Duration jobIdle,
    @DefaultValue("10m") @DurationUnit(ChronoUnit.SECONDS) Duration upkeepEvery) {
  private static final long MIB = 1024 * 1024;
  /** A send that began in time waits for room in the buffer, then for its delivery. */
  private static final Duration SENT_OR_FAILED = Duration.ofMillis(KafkaClients.DELIVERY_TIMEOUT_MS + 10_000L);

  private static final Duration SHORTEST_IDLE = Duration.ofSeconds(5);

  public IngestSettings {
    require(maxDocumentSizeMb >= 1 && maxDocumentSizeMb <= 1024, "MAX_DOCUMENT_SIZE_MB", "must be between 1 and 1024");
    require(interactiveMaxInFlight >= 0, "INTERACTIVE_MAX_IN_FLIGHT", "must not be negative");
    require(interactiveMaxBytes >= 0, "INTERACTIVE_MAX_BYTES", "must not be negative");
    require(maxWaiters >= 0 && maxWaiters <= 100_000, "INGEST_MAX_WAITERS", "must be between 0 and 100000");
    require(waitPoll.toMillis() >= 10 && waitPoll.toMillis() <= 5000, "INGEST_WAIT_POLL",
        "must be between 10ms and 5s");
    require(maxStreams >= 0 && maxStreams <= 100_000, "INGEST_MAX_STREAMS", "must be between 0 and 100000");
    require(maxOpenDocuments >= 1, "MAX_OPEN_DOCUMENTS", "must be at least 1");
    require(answerTimeout.isPositive(), "INGEST_ANSWER_TIMEOUT", "must be longer than nothing, such as 30s");
    require(ackTimeout.isPositive(), "INGEST_ACK_TIMEOUT", "must be longer than nothing, such as 20s");
    require(bulkMaxLineKb >= 1 && bulkMaxLineKb <= 65_536, "BULK_MAX_LINE_KB", "must be between 1 and 65536");
    require(fetchTimeout.isPositive(), "FETCH_TIMEOUT", "must be longer than nothing, such as 30s");
    require(!tempDir.isBlank(), "UPLOAD_TEMP_DIR", "must name a folder");
    require(reapAfter.compareTo(SENT_OR_FAILED.plus(ackTimeout)) > 0, "INGEST_REAP_AFTER",
        "must be longer than INGEST_ACK_TIMEOUT and " + SENT_OR_FAILED.toSeconds() + "s, within which a send ends");
    require(reapEvery.isPositive(), "INGEST_REAP_EVERY", "must be longer than nothing, such as 30s");
    require(jobIdle.compareTo(SHORTEST_IDLE) >= 0, "INGEST_JOB_IDLE",
        "must be at least " + SHORTEST_IDLE.toSeconds() + "s");
    require(upkeepEvery.isPositive(), "INGEST_UPKEEP_EVERY", "must be longer than nothing, such as 10m");
  }

  long maxDocumentBytes() {
    return maxDocumentSizeMb * MIB;
  }

  Path tempFolder() {
    return Path.of(tempDir);
  }

  private static void require(boolean holds, String variable, String rule) {
    if (!holds) {
      throw new ConfigurationException(variable, rule);
    }
  }
}
