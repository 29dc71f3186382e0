package io.selfrag.bench.fault;

import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.AvroDeserializer;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.avro.EmbeddedChunk;
import java.util.HashSet;
import java.util.UUID;

/** What embedders did more than once: their output topics say it. */
final class EmbeddedTwice {
  private EmbeddedTwice() {}

  /** How many chunks of the run's first tenant were sent on again. */
  static int count(FaultRun run, Wire wire) {
    var deserializer = new AvroDeserializer(new AvroCodec());
    var seen = new HashSet<UUID>();
    int again = 0;
    for (Lane lane : Lane.values()) {
      for (var record : wire.read(wire.topics().of(PipelineTopic.EMBEDDED_CHUNKS, lane), _ -> true)) {
        if (deserializer.deserialize("", record.value()) instanceof Decoded.Value(EmbeddedChunk chunk)
            && chunk.getTenantId().equals(run.place().tenantId()) && !seen.add(chunk.getChunkId())) {
          again++;
        }
      }
    }
    return again;
  }
}
