package io.selfrag.schemas;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Kafka's view of {@link AvroCodec}, writing side. */
public final class AvroSerializer implements Serializer<SpecificRecord> {
  private final AvroCodec codec;

  public AvroSerializer(AvroCodec codec) {
    this.codec = codec;
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's interface is not annotated: null in is a tombstone out.
  public byte[] serialize(String topic, @Nullable SpecificRecord value) {
    return value == null ? null : codec.encode(value);
  }
}
