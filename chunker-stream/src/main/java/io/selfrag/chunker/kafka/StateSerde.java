package io.selfrag.chunker.kafka;

import io.selfrag.schemas.AvroCodec;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/** How values of a state store are kept: like records of a topic, so that an upgrade reads what was there. */
final class StateSerde {
  private StateSerde() {}

  @SuppressWarnings("NullAway") // Streams' interfaces are not annotated: null in, null out.
  static <T extends SpecificRecord> Serde<T> of(AvroCodec codec, Class<T> type) {
    Serializer<T> serializer = (topic, value) -> value == null ? null : codec.encode(value);
    Deserializer<T> deserializer = (topic, bytes) -> bytes == null ? null : type.cast(codec.decode(bytes));
    return Serdes.serdeFrom(serializer, deserializer);
  }
}
