package io.selfrag.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalBrokerIT {
  private static final byte[] VALUE = "acknowledged".getBytes(StandardCharsets.UTF_8);

  @TempDir
  Path folder;

  @Test
  void recordsSurviveAStopOnTheSamePortInTheSameJvm() {
    try (var broker = new LocalBroker(folder, 0)) {
      broker.start();
      String address = broker.bootstrapServers();
      Topics.create(address, "t");
      Topics.write(address, "t", VALUE);

      broker.stop();
      assertThat(broker.isRunning()).isFalse();
      broker.start();

      assertThat(broker.bootstrapServers()).isEqualTo(address);
      assertThat(Topics.read(address, "t", 1, Duration.ofSeconds(30))).containsExactly(VALUE);
    }
  }

  @Test
  void aSecondBrokerOnTheSameFolderIsRefused() {
    try (var broker = new LocalBroker(folder, 0)) {
      broker.start();

      assertThatThrownBy(() -> new LocalBroker(folder, 0).start()).isInstanceOf(DataFolderInUseException.class)
          .hasMessageContaining(folder.toString());
    }
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var broker = new LocalBroker(folder, taken.getLocalPort())) {
      assertThatThrownBy(broker::start).isInstanceOf(PortInUseException.class)
          .hasMessageContaining("Port " + taken.getLocalPort()).hasMessageContaining("the broker");
    }
  }
}
