package io.selfrag.chunker.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.chunker.version.Overtaken;
import io.selfrag.chunker.version.VersionSplitter;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.trace.Spans;
import java.time.Duration;
import java.time.InstantSource;

/**
 * What split works with.
 *
 * @param retry waits out outages of stores and models
 * @param overtaken what need not be processed any more
 * @param holds what has to wait
 * @param contentDeadline how long content that is missing may still come (S22)
 * @param clock for the time of events
 */
public record SplitPorts(VersionSplitter splitter, TransientRetry retry, Overtaken overtaken, Holds holds,
    Duration contentDeadline,
    InstantSource clock,
    StageHealth health, MeterRegistry meters, Spans spans) {}
