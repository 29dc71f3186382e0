package io.selfrag.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * Picks ports of the loopback address that nobody listens on.
 *
 * <p>They lie below the range from which operating systems take the ports of outgoing connections. Within that range a
 * client that keeps trying to reach a stopped server on its own machine can be given the server's port as its own,
 * connect to itself, and keep the server from coming back.
 */
public final class FreePorts {
  private static final int FIRST = 15_000;
  private static final int LAST = 32_000;
  private static final int ATTEMPTS = 200;
  private static final RandomGenerator RANDOM = new SecureRandom();

  private FreePorts() {}

  /** A port that was free a moment ago. */
  public static int any() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = RANDOM.nextInt(FIRST, LAST);
      if (isFree(port)) {
        return port;
      }
    }
    throw new LocalServerException("No free port was found between " + FIRST + " and " + LAST + " in " + ATTEMPTS
        + " attempts.");
  }

  /**
   * The port for a server's start, which is written down in its folder so that the next start takes it again.
   *
   * @param wanted a port that it must be, or 0 for the one written down or, where that is taken, any free one
   */
  static int choose(int wanted, Path folder, String server) throws IOException {
    Path record = folder.resolve("port");
    int port = wanted == 0 ? recordedOrAny(record) : wanted;
    if (wanted != 0 && !isFree(wanted)) {
      throw new PortInUseException(server, wanted);
    }
    Files.writeString(record, Integer.toString(port));
    return port;
  }

  private static int recordedOrAny(Path record) throws IOException {
    if (Files.exists(record)) {
      String recorded = Files.readString(record).strip();
      if (recorded.matches("[0-9]{1,5}") && isFree(Integer.parseInt(recorded))) {
        return Integer.parseInt(recorded);
      }
    }
    return any();
  }

  /**
   * True if a server could listen on the port now.
   *
   * <p>Binds without listening: a process that another thread starts at this moment inherits the socket for an instant,
   * and one that listens would keep the server from its port.
   */
  public static boolean isFree(int port) {
    try (var socket = new Socket()) {
      // Or a port with connections in TIME_WAIT, as after every restart, would look taken.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
