package io.selfrag.schemas;

import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Kafka's view of {@link AvroCodec}, reading side; never throws. */
public final class AvroDeserializer implements Deserializer<Decoded> {
  private final AvroCodec codec;

  public AvroDeserializer(AvroCodec codec) {
    this.codec = codec;
  }

  @Override
  public Decoded deserialize(String topic, byte @Nullable [] bytes) {
    if (bytes == null) {
      return new Decoded.Undecodable(null, "the record has no value");
    }
    try {
      return new Decoded.Value(codec.decode(bytes));
    } catch (SelfRagException e) {
      return new Decoded.Undecodable(bytes, e.detail());
    }
  }
}
