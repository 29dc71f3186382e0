package io.selfrag.ingest.fetch;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Allows only what is globally reachable: no private, loopback, link-local, shared, documentation, benchmark, multicast or
 * reserved network, neither directly nor inside an IPv6 address that carries an IPv4 one.
 */
public final class PublicAddresses implements AddressPolicy {
  private static final List<Network> CLOSED_V4 = networks("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8",
      "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
      "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4");
  private static final List<Network> OPEN_V6 = networks("2000::/3");
  private static final List<Network> CLOSED_V6 = networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");
  private static final Network NAT64 = network("64:ff9b::/96");

  private record Network(byte[] prefix, int bits) {
    boolean contains(byte[] address) {
      if (address.length != prefix.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  @Override
  public boolean allows(InetAddress address) {
    byte[] bytes = address.getAddress();
    return switch (address) {
      case Inet4Address v4 -> isOpenV4(bytes);
      case Inet6Address v6 when v6.isIPv4CompatibleAddress() -> false;
      case Inet6Address v6 when NAT64.contains(bytes) -> isOpenV4(Arrays.copyOfRange(bytes, 12, 16));
      case Inet6Address v6 -> OPEN_V6.stream().anyMatch(it -> it.contains(bytes))
          && CLOSED_V6.stream().noneMatch(it -> it.contains(bytes));
      default -> false;
    };
  }

  private static boolean isOpenV4(byte[] bytes) {
    return CLOSED_V4.stream().noneMatch(it -> it.contains(bytes));
  }

  private static List<Network> networks(String... texts) {
    return Arrays.stream(texts).map(PublicAddresses::network).toList();
  }

  private static Network network(String text) {
    int slash = text.indexOf('/');
    try {
      // A literal address: nothing is looked up.
      return new Network(InetAddress.getByName(text.substring(0, slash)).getAddress(),
          Integer.parseInt(text.substring(slash + 1)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
