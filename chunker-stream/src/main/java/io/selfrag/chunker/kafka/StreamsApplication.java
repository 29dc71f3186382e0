package io.selfrag.chunker.kafka;

import io.selfrag.chunker.parse.FullDisk;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.kafka.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Runs one topology for as long as its context lives. A thread that fails for a reason that passes is replaced, and its
 * records are read again; anything else stops the application, health {@code down}, because going round again would not help.
 */
public final class StreamsApplication implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(StreamsApplication.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

  private static final int RARE = 5;
  private static final Duration RARE_WITHIN = Duration.ofMinutes(10);

  private final String name;
  private final KafkaStreams streams;
  private final StageHealth health;
  private final InstantSource clock;
  private final Deque<Instant> replacements = new ArrayDeque<>();
  private volatile boolean started;

  /**
   * @param name for log lines
   */
  public StreamsApplication(String name, Topology topology, StreamsSettings settings, KafkaClients clients,
      StageHealth health, InstantSource clock) {
    this.clock = clock;
    this.name = name;
    this.health = health;
    this.streams = new KafkaStreams(topology, settings.toProperties(clients));
    streams.setUncaughtExceptionHandler(this::handle);
    streams.setStateListener((now, _) -> {
      if (now == KafkaStreams.State.RUNNING) {
        health.ok();
      } else if (now == KafkaStreams.State.ERROR) {
        health.down(name + " has stopped");
      }
    });
  }

  @Override
  public void start() {
    started = true;
    streams.start();
    LOG.atInfo().addKeyValue("application", name).log("streams application started");
  }

  /** Commits what is done and leaves the group; what is under way is read again by whoever comes next. */
  @Override
  public void stop() {
    started = false;
    boolean clean = streams.close(CLOSE_TIMEOUT);
    LOG.atInfo().addKeyValue("application", name).addKeyValue("clean", clean).log("streams application stopped");
  }

  @Override
  public boolean isRunning() {
    return started;
  }

  /** True once all its partitions are being read. */
  public boolean isReady() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  private StreamThreadExceptionResponse handle(Throwable failure) {
    if (mayPass(failure)) {
      LOG.atWarn().setCause(failure).addKeyValue("application", name).log("streams thread replaced");
      health.degraded("a thread of " + name + " starts over: " + failure.getMessage());
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    LOG.atError().setCause(failure).addKeyValue("application", name).log("streams application stops");
    health.down(name + " has stopped: " + failure.getMessage());
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /** Whether going round again may help. */
  boolean mayPass(Throwable failure) {
    var causes = causes(failure);
    if (causes.stream().anyMatch(it -> it instanceof BugFuse.BlownException || it instanceof RecordTooLargeException
        || it instanceof Error)) {
      return false;
    }
    if (FullDisk.isBehind(failure) || causes.stream().anyMatch(
        it -> it instanceof RetriableException || (it instanceof SelfRagException known && known.isTransient()))) {
      return true;
    }
    return failure instanceof KafkaException && isRare();
  }

  /** A failure of the client library may be cured by a new producer, unless it comes again and again. */
  private synchronized boolean isRare() {
    Instant now = clock.instant();
    replacements.removeIf(it -> it.isBefore(now.minus(RARE_WITHIN)));
    replacements.add(now);
    return replacements.size() <= RARE;
  }

  private static List<Throwable> causes(Throwable failure) {
    var causes = new ArrayList<Throwable>();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      causes.add(cause);
    }
    return causes;
  }
}
