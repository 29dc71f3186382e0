package io.selfrag.bench.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A folder with a file system of its own, small enough to be filled to its last byte. For one thread. */
final class SmallDisk implements AutoCloseable {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  /** A small file system needs the right to mount one, as root of a machine has. */
  static final class NotAllowedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotAllowedException(IllegalStateException cause) {
      super("no small disk can be mounted here: " + cause.getMessage(), cause);
    }
  }

  private final Path folder;
  private @Nullable Filling filling;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /**
   * Mounts one on a folder that need not exist.
   *
   * @throws NotAllowedException if this process may not mount
   */
  static SmallDisk mount(Path folder, int megabytes) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m,mode=0755", "tmpfs", folder.toString());
    } catch (IllegalStateException e) {
      throw new NotAllowedException(e);
    }
    return new SmallDisk(folder);
  }

  private static void run(String... command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + said);
      }
    } catch (IOException e) {
      throw new IllegalStateException(String.join(" ", command) + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Takes every byte that is free, and each that becomes free, until {@link #free()}. */
  void fill() {
    filling = new Filling(folder.resolve("filled"));
  }

  void free() {
    if (filling != null) {
      filling.close();
      filling = null;
    }
  }

  @Override
  public void close() {
    free();
    run("umount", "-l", folder.toString());
  }

  /** A file that grows. */
  private static final class Filling implements AutoCloseable {
    private static final int LARGE = 1 << 20;

    private final Path file;
    private final Thread thread;
    private volatile boolean stopped;

    Filling(Path file) {
      this.file = file;
      grow();
      thread = Thread.ofPlatform().daemon().name("fill-disk").start(() -> {
        while (!stopped) {
          grow();
          FaultRun.pause(LOOK_AGAIN);
        }
      });
    }

    private void grow() {
      try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
          StandardOpenOption.APPEND)) {
        for (int size = LARGE; size >= 1; size /= 4) {
          append(channel, size);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Ends when the disk takes no more of that size. */
    private static void append(FileChannel channel, int size) {
      try {
        while (true) {
          channel.write(ByteBuffer.allocate(size));
        }
      } catch (IOException e) {
        if (!String.valueOf(e.getMessage()).contains("No space left")) {
          throw new UncheckedIOException(e);
        }
      }
    }

    @Override
    public void close() {
      stopped = true;
      try {
        thread.join();
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
