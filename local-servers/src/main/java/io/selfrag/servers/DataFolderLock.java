package io.selfrag.servers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Holds a data folder for this instance. The operating system gives the lock back however the JVM ends, so a stale one
 * cannot exist.
 */
public final class DataFolderLock implements AutoCloseable {
  private static final String FILE = ".in-use";

  private final FileChannel channel;

  private DataFolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the folder, which is made if it is missing.
   *
   * @throws DataFolderInUseException if another process or another part of this JVM holds it
   */
  public static DataFolderLock on(Path folder) {
    try {
      Folders.makePrivate(folder);
      FileChannel channel = FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.READ,
          StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw new DataFolderInUseException(folder, owner(folder));
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
      return new DataFolderLock(channel);
    } catch (IOException e) {
      throw new LocalServerException("The data folder " + folder + " cannot be used: " + FileProblem.of(e) + ".", e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null; // held by this very JVM
    }
  }

  private static String owner(Path folder) throws IOException {
    String pid = Files.readString(folder.resolve(FILE)).strip();
    return pid.isEmpty() ? "another process" : "process " + pid;
  }

  /** Gives the folder back. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new LocalServerException("The lock of a data folder could not be given back: " + e.getMessage() + ".", e);
    }
  }
}
