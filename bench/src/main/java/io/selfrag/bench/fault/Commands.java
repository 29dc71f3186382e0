package io.selfrag.bench.fault;

import io.selfrag.bench.workload.Place;
import io.selfrag.schemas.avro.Acl;
import io.selfrag.schemas.avro.Attributes;
import io.selfrag.schemas.avro.Delete;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.InlineContent;
import io.selfrag.schemas.avro.Upsert;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Commands as an external producer writes them. */
final class Commands {
  private Commands() {}

  static DocumentCommand upsert(Place place, String externalId, String text, @Nullable Long revision) {
    var acl = Acl.newBuilder().build();
    var attributes = Attributes.newBuilder().setTitle(externalId).setAcl(acl).build();
    var content = InlineContent.newBuilder().setBytes(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))).build();
    var upsert = Upsert.newBuilder().setContent(content).setAttributes(attributes).setExternalId(externalId)
        .setFileName(externalId + ".md").build();
    return command(place, externalId, upsert, revision);
  }

  static DocumentCommand delete(Place place, String externalId, @Nullable Long revision) {
    return command(place, externalId, Delete.newBuilder().build(), revision);
  }

  private static DocumentCommand command(Place place, String externalId, Object command, @Nullable Long revision) {
    return DocumentCommand.newBuilder().setTenantId(place.tenantId()).setKnowledgeBaseId(place.knowledgeBaseId())
        .setDocumentId(place.documentId(externalId)).setRevision(revision).setCommand(command).build();
  }
}
