package io.selfrag.servers;

/**
 * A second way into a broker, with something in between that can be slow or broken.
 *
 * @param port where the broker listens
 * @param shown where it sends clients that come this way: the port of what is in between
 */
public record BrokerDoor(int port, int shown) {}
