package io.selfrag.catalog.outbox;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record on its way to the broker.
 *
 * @param key null: the record goes to every partition of the topic
 * @param value encoded as it goes on the wire
 * @param headers text headers
 */
public record OutboxRecord(String topic, @Nullable String key, byte[] value, Map<String, String> headers) {
  public OutboxRecord {
    headers = Map.copyOf(headers);
  }
}
