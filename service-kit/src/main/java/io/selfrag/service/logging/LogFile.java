package io.selfrag.service.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import io.selfrag.service.config.LogSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * The log of a process with a person at its terminal: all of it in a file of bounded size, and on the terminal only what
 * someone must act upon.
 */
public final class LogFile {
  private static final String BOOT_LOGGING = "org.springframework.boot.logging.LoggingSystem";
  private static final String FILE = "selfrag.log.file";
  private static final long LARGEST = 10L << 20;
  private static final int KEPT = 5;
  private static final int CHECKED_EVERY_MS = 1_000;

  private LogFile() {}

  /** Sends the log into the file from now on; with the older ones beside it, at most 60 MiB. */
  public static void open(Path file, LogSettings settings) {
    System.setProperty(BOOT_LOGGING, "none"); // or each context that starts would set logging up anew
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    context.addTurboFilter(new HarmlessErrors());
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(rolled(context, file, settings.format()));
    var ours = context.getLogger("io.selfrag");
    ours.setLevel(Level.toLevel(settings.level()));
    ours.addAppender(terminal(context, file));
  }

  private static RollingFileAppender<ILoggingEvent> rolled(LoggerContext context, Path file, String format) {
    var appender = new RollingFileAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setName("file");
    appender.setFile(file.toString());
    var trigger = new SizeBasedTriggeringPolicy<ILoggingEvent>();
    trigger.setContext(context);
    trigger.setMaxFileSize(new FileSize(LARGEST));
    trigger.setCheckIncrement(Duration.buildByMilliseconds(CHECKED_EVERY_MS));
    trigger.start();
    var rolling = new NumberedFiles(file, KEPT);
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.start();
    appender.setTriggeringPolicy(trigger);
    appender.setRollingPolicy(rolling);
    var lines = new LogLines();
    lines.setFormat(format);
    appender.setEncoder(encoder(context, lines));
    appender.start();
    return appender;
  }

  private static ConsoleAppender<ILoggingEvent> terminal(LoggerContext context, Path file) {
    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setName("terminal");
    appender.setTarget("System.err");
    var errors = new ThresholdFilter();
    errors.setLevel(Level.ERROR.toString());
    errors.start();
    appender.addFilter(errors);
    var lines = new PatternLayout();
    context.putProperty(FILE, file.toString());
    lines.setPattern("%msg %kvp{NONE} \\(more in %property{" + FILE + "}\\)%n%nopex");
    appender.setEncoder(encoder(context, lines));
    appender.start();
    return appender;
  }

  private static LayoutWrappingEncoder<ILoggingEvent> encoder(LoggerContext context, Layout<ILoggingEvent> lines) {
    lines.setContext(context);
    lines.start();
    var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(lines);
    encoder.start();
    return encoder;
  }
}
