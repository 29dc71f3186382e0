package io.selfrag.ingest.fetch;

import java.net.InetAddress;

/** Decides which addresses may be asked for a document. */
@FunctionalInterface
public interface AddressPolicy {
  boolean allows(InetAddress address);
}
