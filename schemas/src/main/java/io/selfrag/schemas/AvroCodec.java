package io.selfrag.schemas;

import io.selfrag.schemas.avro.DocumentState;
import io.selfrag.schemas.avro.KnowledgeBaseState;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Avro single-object encoding: two marker bytes, the schema's 64-bit fingerprint, the binary record. Reads what was written
 * with any released schema (all are on the class path under {@code released/}) as the current record of that name. Safe for
 * concurrent callers. See the Avro specification, "Single object encoding".
 */
public final class AvroCodec {
  private static final int HEADER_BYTES = 10;
  private static final byte MARKER_0 = (byte) 0xC3;
  private static final byte MARKER_1 = (byte) 0x01;
  private static final String RELEASED = "/released/";
  private static final String TRUSTED_PACKAGE = "io.selfrag.schemas.avro.";

  /** Values of state stores; they outlive an upgrade as records on topics do. */
  static final List<Class<? extends SpecificRecord>> STATE_STORE_VALUES = List.of(DocumentState.class,
      KnowledgeBaseState.class);

  static {
    // Avro instantiates only classes it was told to trust; ours are the records of the catalogue and nothing else.
    ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(ClassSecurityValidator.DEFAULT,
        type -> type.getName().startsWith(TRUSTED_PACKAGE)));
  }

  private final Map<Long, Schemas> byFingerprint = new HashMap<>();
  private final Map<String, Schema> current = new HashMap<>();

  private record Schemas(Schema written, Schema read) {}

  public AvroCodec() {
    for (PipelineTopic topic : PipelineTopic.values()) {
      topic.messages().forEach(this::registerCurrent);
    }
    STATE_STORE_VALUES.forEach(this::registerCurrent);
    releasedSchemas().forEach(written -> {
      var read = current.get(written.getFullName());
      if (read != null) {
        register(written, read);
      }
    });
  }

  /** Encodes a record of one of the topic catalogue's types, or a value of a state store. */
  public byte[] encode(SpecificRecord value) {
    var schema = value.getSchema();
    var out = new ByteArrayOutputStream(256);
    out.write(MARKER_0);
    out.write(MARKER_1);
    out.writeBytes(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN)
        .putLong(SchemaNormalization.parsingFingerprint64(schema)).array());
    var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      new SpecificDatumWriter<SpecificRecord>(schema, SpecificData.getForClass(value.getClass())).write(value, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /**
   * Decodes a record.
   *
   * @throws SelfRagException {@code UNDECODABLE} if the bytes are not a whole record of a known schema
   */
  public SpecificRecord decode(byte[] bytes) {
    if (bytes.length < HEADER_BYTES || bytes[0] != MARKER_0 || bytes[1] != MARKER_1) {
      throw new SelfRagException(ErrorCode.UNDECODABLE, "not an Avro single-object record");
    }
    long fingerprint = ByteBuffer.wrap(bytes, 2, Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
    var schemas = byFingerprint.get(fingerprint);
    if (schemas == null) {
      throw new SelfRagException(ErrorCode.UNDECODABLE,
          "unknown schema fingerprint " + Long.toHexString(fingerprint));
    }
    try {
      BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES,
          null);
      var model = SpecificData.getForSchema(schemas.read());
      SpecificRecord value = new SpecificDatumReader<SpecificRecord>(schemas.written(), schemas.read(), model)
          .read(null, decoder);
      if (!decoder.isEnd()) {
        throw new SelfRagException(ErrorCode.UNDECODABLE, "bytes follow the record");
      }
      return value;
    } catch (IOException | AvroRuntimeException | IllegalArgumentException | IndexOutOfBoundsException
        | NegativeArraySizeException | ClassCastException e) {
      throw new SelfRagException(ErrorCode.UNDECODABLE, "the record does not match its schema", e);
    }
  }

  private void registerCurrent(Class<? extends SpecificRecord> type) {
    var schema = SpecificData.get().getSchema(type);
    current.put(schema.getFullName(), schema);
    register(schema, schema);
  }

  private void register(Schema written, Schema read) {
    byFingerprint.put(SchemaNormalization.parsingFingerprint64(written), new Schemas(written, read));
  }

  /** All schemas that were ever released, from the list in {@code released/index.txt}. */
  static Iterable<Schema> releasedSchemas() {
    var schemas = new HashMap<String, Schema>();
    try (var index = new BufferedReader(new InputStreamReader(resource("index.txt"), StandardCharsets.UTF_8))) {
      for (String file : index.lines().filter(line -> !line.isBlank()).toList()) {
        try (var in = resource(file)) {
          schemas.put(file, new Schema.Parser().parse(in));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return schemas.values();
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(AvroCodec.class.getResourceAsStream(RELEASED + name), name);
  }
}
