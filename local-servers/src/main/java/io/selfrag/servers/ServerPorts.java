package io.selfrag.servers;

/** The ports of the three servers; 0 is the one of the last start or, at first, any free one. */
public record ServerPorts(int broker, int postgres, int redis) {

  /** The ports of the last start, or any free ones. */
  public static ServerPorts any() {
    return new ServerPorts(0, 0, 0);
  }
}
