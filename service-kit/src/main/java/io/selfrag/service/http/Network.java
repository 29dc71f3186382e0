package io.selfrag.service.http;

import java.math.BigInteger;
import java.net.InetAddress;

/** Addresses that begin with the same bits. */
record Network(InetAddress first, int bits) {
  Network {
    if (bits < 0 || bits > lengthOf(first)) {
      throw new IllegalArgumentException("no network has " + bits + " bits of " + first);
    }
  }

  /**
   * Reads {@code 10.0.0.0/8} or one address.
   *
   * @throws IllegalArgumentException if it is something else; names are never looked up
   */
  static Network parse(String text) {
    int slash = text.indexOf('/');
    var address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
    return new Network(address, slash < 0 ? lengthOf(address) : Integer.parseInt(text.substring(slash + 1)));
  }

  boolean contains(InetAddress address) {
    int others = lengthOf(first) - bits;
    return lengthOf(address) == lengthOf(first)
        && number(address).shiftRight(others).equals(number(first).shiftRight(others));
  }

  private static int lengthOf(InetAddress address) {
    return address.getAddress().length * Byte.SIZE;
  }

  private static BigInteger number(InetAddress address) {
    return new BigInteger(1, address.getAddress());
  }
}
