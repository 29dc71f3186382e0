package io.selfrag.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.schemas.avro.Acl;
import io.selfrag.schemas.avro.Attributes;
import io.selfrag.schemas.avro.ModelRef;
import io.selfrag.schemas.avro.ProcessingSpec;
import io.selfrag.schemas.avro.Sensitivity;
import java.util.List;
import org.junit.jupiter.api.Test;

class FingerprintsTest {
  @Test
  void fingerprintsAreFixedBecauseStateStoresKeepThem() {
    var spec = new ProcessingSpec("recursive", "{}", "auto", List.of(new ModelRef("any", "hashing", "hashing", 64)));

    assertThat(Fingerprints.of(spec)).isEqualTo("b6140965a60d034b4a251b98b89971ab");
    assertThat(Fingerprints.of(attributes("a", List.of("x", "y")))).isEqualTo("63a9f4de970e287f7c99c21679ca9db3");
  }

  @Test
  void orderOfNamesInTheAclDoesNotMatterAndEverythingElseDoes() {
    var attributes = attributes("a", List.of("x", "y"));

    assertThat(Fingerprints.of(attributes("a", List.of("y", "x")))).isEqualTo(Fingerprints.of(attributes));
    assertThat(Fingerprints.of(attributes("b", List.of("x", "y")))).isNotEqualTo(Fingerprints.of(attributes));
    assertThat(Fingerprints.of(attributes("a", List.of("xy")))).isNotEqualTo(Fingerprints.of(attributes));
  }

  private static Attributes attributes(String title, List<String> users) {
    return new Attributes(title, "{}", null, new Acl(Sensitivity.PUBLIC, users, List.of(), List.of()));
  }
}
