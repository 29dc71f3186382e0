package io.selfrag.chunker.order;

import io.selfrag.schemas.avro.DocumentVersion;
import io.selfrag.schemas.avro.GenerationSpec;
import io.selfrag.schemas.avro.ProcessedVersion;
import java.util.List;

/** Makes what is to be parsed and chunked. */
final class Versions {
  private Versions() {}

  /** With the content as it was uploaded, inline or by reference. */
  static Output uploaded(RevisionedCommand command, ProcessedVersion version, Object content, String title,
      List<GenerationSpec> generations) {
    var key = command.key();
    return new Output.Version(DocumentVersion.newBuilder().setTenantId(key.tenantId())
        .setKnowledgeBaseId(key.knowledgeBaseId()).setDocumentId(key.documentId()).setRevision(version.getRevision())
        .setAttempt(version.getAttempt()).setJobId(command.command().getJobId()).setContent(content)
        .setContentSha256(version.getContent().getSha256()).setTitle(title).setFileName(version.getFileName())
        .setMediaType(version.getMediaType()).setGenerations(generations).build());
  }

  /** With the content from the store. */
  static Output stored(RevisionedCommand command, ProcessedVersion version, String title,
      List<GenerationSpec> generations) {
    return uploaded(command, version, version.getContent(), title, generations);
  }
}
