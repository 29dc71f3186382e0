package io.selfrag.servers;

import org.jspecify.annotations.Nullable;

/**
 * The ports of the three servers; 0 is the one of the last start or, at first, any free one.
 *
 * @param door another way into the broker; usually there is none
 */
public record ServerPorts(int broker, int postgres, int redis, @Nullable BrokerDoor door) {

  public ServerPorts(int broker, int postgres, int redis) {
    this(broker, postgres, redis, null);
  }

  /** The ports of the last start, or any free ones. */
  public static ServerPorts any() {
    return new ServerPorts(0, 0, 0);
  }

  /** The same with another way into the broker. */
  public ServerPorts with(BrokerDoor another) {
    return new ServerPorts(broker, postgres, redis, another);
  }
}
