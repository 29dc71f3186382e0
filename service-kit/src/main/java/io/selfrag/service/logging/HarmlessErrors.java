package io.selfrag.service.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Keeps what libraries call an error and is none out of the log. After a restart of the broker spring-kafka cannot step over the end of
 * a transaction with its "Failed to correct transactional offset(s)": it forgets that and goes on, nothing is read twice or left out,
 * and until the next record is committed the lag is one too many. Its logger says real errors too, so it cannot be silenced by its
 * level.
 */
public final class HarmlessErrors extends TurboFilter {
  private static final String CONTAINER = "org.springframework.kafka.listener.KafkaMessageListenerContainer";
  private static final String NOT_CORRECTED = "Failed to correct transactional offset(s)";

  @Override
  public FilterReply decide(@Nullable Marker marker, Logger logger, Level level, @Nullable String format,
      Object @Nullable [] params, @Nullable Throwable failure) {
    return level == Level.ERROR && format != null && format.startsWith(NOT_CORRECTED)
        && logger.getName().startsWith(CONTAINER) && !logger.isDebugEnabled() ? FilterReply.DENY : FilterReply.NEUTRAL;
  }
}
