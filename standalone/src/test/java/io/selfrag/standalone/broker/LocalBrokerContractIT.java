package io.selfrag.standalone.broker;

import io.selfrag.servers.SharedServers;

/** The broker of the standalone system. */
class LocalBrokerContractIT extends BrokerContract {
  @Override
  String bootstrapServers() {
    return SharedServers.bootstrapServers();
  }
}
