package io.selfrag.ingest.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Temporary files of uploads whose process was killed. */
public final class LeftFiles {
  /** No upload takes as long. */
  private static final Duration OLD = Duration.ofHours(24);

  private final Path folder;
  private final InstantSource clock;
  private final Scheduler disk;

  public LeftFiles(Path folder, InstantSource clock, Scheduler disk) {
    this.folder = folder;
    this.clock = clock;
    this.disk = disk;
  }

  /** Removes them; says how many. */
  public Mono<Long> remove() {
    return Mono.fromCallable(this::removeOld).subscribeOn(disk);
  }

  private long removeOld() throws IOException {
    long removed = 0;
    if (!Files.isDirectory(folder)) {
      return removed;
    }
    try (var files = Files.newDirectoryStream(folder, IncomingBytes.PREFIX + "*" + IncomingBytes.SUFFIX)) {
      for (Path file : files) {
        removed += isOld(file) && Files.deleteIfExists(file) ? 1 : 0;
      }
    }
    return removed;
  }

  private boolean isOld(Path file) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(clock.instant().minus(OLD));
    } catch (NoSuchFileException e) {
      return false; // it has just ended
    }
  }
}
