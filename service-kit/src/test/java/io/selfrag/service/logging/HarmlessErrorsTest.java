package io.selfrag.service.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;

class HarmlessErrorsTest {
  private static final String CONTAINER = "org.springframework.kafka.listener.KafkaMessageListenerContainer$ListenerConsumer";

  private final LoggerContext context = new LoggerContext();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @Test
  void anOffsetThatIsNotCorrectedAfterABrokersRestartIsNoErrorAndAllElseIs() {
    context.addTurboFilter(new HarmlessErrors());
    log.start();
    var logger = context.getLogger(CONTAINER);
    logger.addAppender(log);
    logger.setLevel(ch.qos.logback.classic.Level.WARN);

    logger.error("Failed to correct transactional offset(s): {a-0=17}", new IllegalStateException("planted"));
    logger.error("Consumer exception", new IllegalStateException("planted"));

    assertThat(log.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly("Consumer exception");
  }
}
