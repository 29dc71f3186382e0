package io.selfrag.bench.fault;

import io.selfrag.schemas.avro.DocumentCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;

/** Writes commands as programs did that were built with older schemas. */
final class ReleasedSchemas {
  private static final String RELEASED = "/released/";

  private ReleasedSchemas() {}

  /** An encoder for each release of the command's schema. */
  static List<Function<DocumentCommand, byte[]>> encoders() {
    try (InputStream index = open("index.txt")) {
      var encoders = new ArrayList<Function<DocumentCommand, byte[]>>();
      for (String name : new String(index.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (name.endsWith("/DocumentCommand.avsc")) {
          try (InputStream text = open(name)) {
            var schema = new Schema.Parser().parse(text);
            encoders.add(command -> encode(command, schema));
          }
        }
      }
      return encoders;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    return Objects.requireNonNull(DocumentCommand.class.getResourceAsStream(RELEASED + name), name);
  }

  /** The record as the older schema has it; what that does not know is dropped. */
  private static byte[] encode(DocumentCommand command, Schema schema) {
    try {
      var today = new ByteArrayOutputStream();
      DocumentCommand.getEncoder().encode(command, today);
      // Marker and fingerprint come first.
      var binary = DecoderFactory.get().binaryDecoder(today.toByteArray(), 10, today.size() - 10, null);
      GenericRecord old = new GenericDatumReader<GenericRecord>(DocumentCommand.getClassSchema(), schema)
          .read(null, binary);
      var buffer = new BinaryMessageEncoder<GenericRecord>(new GenericData(), schema).encode(old);
      var bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
