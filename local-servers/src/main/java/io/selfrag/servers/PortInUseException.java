package io.selfrag.servers;

/** The port that a server was told to use is taken. */
public final class PortInUseException extends LocalServerException {
  private static final long serialVersionUID = 1L;

  PortInUseException(String server, int port) {
    super("Port " + port + " of this machine, meant for " + server
        + ", is in use by another program: stop that program, or choose another port.");
  }
}
