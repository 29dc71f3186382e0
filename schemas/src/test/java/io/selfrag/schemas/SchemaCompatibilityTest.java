package io.selfrag.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** FULL_TRANSITIVE: each current schema reads every released one and is read by it. */
class SchemaCompatibilityTest {
  static Stream<Schema> currentSchemas() {
    return Stream
        .concat(Arrays.stream(PipelineTopic.values()).flatMap(topic -> topic.messages().stream()),
            AvroCodec.STATE_STORE_VALUES.stream())
        .map(type -> SpecificData.get().getSchema(type));
  }

  @ParameterizedTest
  @MethodSource("currentSchemas")
  void everyReleasedVersionReadsAndIsReadByTheCurrentOne(Schema current) {
    var released = StreamSupport.stream(AvroCodec.releasedSchemas().spliterator(), false)
        .filter(schema -> schema.getFullName().equals(current.getFullName())).toList();

    assertThat(released).as("released versions of %s", current.getFullName()).isNotEmpty();
    assertThat(released).allSatisfy(old -> {
      assertThat(compatibility(current, old)).isEqualTo(SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE);
      assertThat(compatibility(old, current)).isEqualTo(SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE);
    });
  }

  @Test
  void aFieldWithoutADefaultBreaksTheRule() {
    var old = new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"A\",\"fields\":[]}");
    var changed = new Schema.Parser()
        .parse("{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"x\",\"type\":\"int\"}]}");

    assertThat(compatibility(changed, old)).isEqualTo(SchemaCompatibility.SchemaCompatibilityType.INCOMPATIBLE);
  }

  private static SchemaCompatibility.SchemaCompatibilityType compatibility(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType();
  }
}
