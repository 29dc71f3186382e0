package io.selfrag.ingest.document;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.deser.jdk.StringDeserializer;

/**
 * The fields of a document as they were sent, not yet checked. The same for all routes that take documents.
 *
 * What an export adds under {@code exported} is read over, so that its lines can be sent again as they are.
 *
 * @param content may be any text, NUL included, as a file may
 * @param waitSeconds named {@code wait} on the wire
 */
@JsonIgnoreProperties("exported")
public record DocumentFields(@Nullable String title,
    @JsonDeserialize(using = StringDeserializer.class) @Nullable String content, @Nullable String sourceUrl,
    @Nullable JsonNode metadata, @Nullable String source, @Nullable String externalId, @Nullable UUID documentId,
    @Nullable String sensitivityLevel, @Nullable List<@Nullable String> aclUsers,
    @Nullable List<@Nullable String> aclRoles, @Nullable List<@Nullable String> aclGroups,
    @JsonProperty("wait") @Nullable Integer waitSeconds) {

  /** The same with another external id. */
  public DocumentFields withExternalId(String other) {
    return new DocumentFields(title, content, sourceUrl, metadata, source, other, documentId, sensitivityLevel,
        aclUsers, aclRoles, aclGroups, waitSeconds);
  }

  /** The same with a title if it had none. */
  public DocumentFields withTitleIfAbsent(String other) {
    return title != null
        ? this
        : new DocumentFields(other, content, sourceUrl, metadata, source, externalId, documentId, sensitivityLevel,
            aclUsers, aclRoles, aclGroups, waitSeconds);
  }
}
