package io.selfrag.embedder.kafka;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Vectors as they travel: float32, little-endian. */
final class VectorBytes {
  private VectorBytes() {}

  static ByteBuffer of(float[] vector) {
    var bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return bytes;
  }
}
