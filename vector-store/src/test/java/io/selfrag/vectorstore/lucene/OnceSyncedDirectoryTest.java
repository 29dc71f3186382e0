package io.selfrag.vectorstore.lucene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OnceSyncedDirectoryTest {
  private final Disk disk = new Disk();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final OnceSyncedDirectory directory = new OnceSyncedDirectory(disk, threads);

  @AfterEach
  void close() {
    threads.close();
  }

  @Test
  void fileIsForcedOnceUntilItIsWrittenAgain() throws IOException {
    write("a");
    directory.sync(List.of("a"));
    directory.sync(List.of("a"));
    assertThat(disk.forced).containsExactly("a");

    directory.deleteFile("a");
    write("a");
    directory.sync(List.of("a"));

    assertThat(disk.forced).containsExactly("a", "a");
  }

  @Test
  void fileFromBeforeIsForcedOnceMore() throws IOException {
    write("a");
    var reopened = new OnceSyncedDirectory(disk, threads);

    reopened.sync(List.of("a"));

    assertThat(disk.forced).containsExactly("a");
  }

  @Test
  void listOfSegmentsIsForcedWithItsFilesAndBeforeItCounts() throws IOException {
    for (String name : List.of("pending_segments_1", "a", "b")) {
      write(name);
    }

    directory.sync(List.of("pending_segments_1"));
    assertThat(disk.forced).isEmpty();
    directory.sync(List.of("a", "b"));
    assertThat(disk.forced).containsExactlyInAnyOrder("pending_segments_1", "a", "b");

    directory.rename("pending_segments_1", "segments_1");
    assertThat(disk.forced).hasSize(3);
  }

  @Test
  void listOfSegmentsIsForcedBeforeItCountsEvenAlone() throws IOException {
    write("pending_segments_2");
    directory.sync(List.of("pending_segments_2"));

    directory.rename("pending_segments_2", "segments_2");

    assertThat(disk.forced).containsExactly("pending_segments_2");
  }

  @Test
  void fileThatCouldNotBeForcedFailsTheSyncAndIsTriedAgain() throws IOException {
    for (String broken : List.of("a", "b", "c")) {
      disk.broken.clear();
      disk.forced.clear();
      for (String name : List.of("a", "b", "c")) {
        write(name);
      }
      disk.broken.add(broken);
      assertThatThrownBy(() -> directory.sync(List.of("a", "b", "c"))).isInstanceOf(IOException.class);
      assertThat(disk.forced).hasSize(2);
      disk.broken.clear();

      directory.sync(List.of("a", "b", "c"));

      assertThat(disk.forced).hasSize(3).endsWith(broken);
      directory.deleteFile("a");
      directory.deleteFile("b");
      directory.deleteFile("c");
    }
  }

  private void write(String name) throws IOException {
    directory.createOutput(name, IOContext.DEFAULT).close();
  }

  private static final class Disk extends FilterDirectory {
    private final List<String> forced = Collections.synchronizedList(new ArrayList<>());
    private final Set<String> broken = new HashSet<>();

    Disk() {
      super(new ByteBuffersDirectory());
    }

    @Override
    public void sync(Collection<String> names) throws IOException {
      if (names.stream().anyMatch(broken::contains)) {
        throw new IOException("Input/output error");
      }
      forced.addAll(names);
    }
  }
}
