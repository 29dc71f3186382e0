package io.selfrag.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreePortsTest {

  @TempDir
  Path folder;

  @Test
  void aPortIsKeptForTheNextStart() throws Exception {
    int first = FreePorts.choose(0, folder, "the broker");

    assertThat(FreePorts.choose(0, folder, "the broker")).isEqualTo(first);
  }

  @Test
  void aRememberedPortThatIsTakenIsReplaced() throws Exception {
    int remembered = FreePorts.choose(0, folder, "the broker");
    try (var taken = new ServerSocket(remembered, 1, InetAddress.getLoopbackAddress())) {
      int chosen = FreePorts.choose(0, folder, "the broker");

      assertThat(chosen).isNotEqualTo(taken.getLocalPort());
      assertThat(FreePorts.isFree(chosen)).isTrue();
    }
  }

  @Test
  void aWantedPortThatIsTakenIsRefusedWithASentence() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      assertThatThrownBy(() -> FreePorts.choose(port, folder, "Redis")).isInstanceOf(PortInUseException.class)
          .hasMessage("Port %d of this machine, meant for Redis, is in use by another program:"
              + " stop that program, or choose another port.", port);
    }
  }

  @Test
  void portsLieBelowTheRangeOfOutgoingConnections() {
    assertThat(FreePorts.any()).isBetween(15_000, 32_000);
  }
}
