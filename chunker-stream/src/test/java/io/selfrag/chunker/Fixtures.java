package io.selfrag.chunker;

import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.avro.Acl;
import io.selfrag.schemas.avro.Attributes;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.GenerationSpec;
import io.selfrag.schemas.avro.InlineContent;
import io.selfrag.schemas.avro.KnowledgeBaseState;
import io.selfrag.schemas.avro.ModelRef;
import io.selfrag.schemas.avro.ProcessingSpec;
import io.selfrag.schemas.avro.Sensitivity;
import io.selfrag.schemas.avro.Upsert;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** Ids, specs and commands that tests share. */
public final class Fixtures {
  public static final UUID TENANT = new UUID(1, 1);
  public static final UUID KB = new UUID(2, 2);
  public static final UUID DOCUMENT = new UUID(3, 3);
  public static final ProcessingSpec SPEC = spec("recursive");
  public static final GenerationSpec GENERATION = new GenerationSpec(1, SPEC);
  public static final KnowledgeBaseState KNOWLEDGE_BASE = new KnowledgeBaseState(TENANT, KB, List.of(GENERATION), false,
      List.of());

  /** One for all; making it also tells Avro which classes it may copy. */
  public static final AvroCodec CODEC = new AvroCodec();

  private Fixtures() {}

  public static ProcessingSpec spec(String chunker) {
    return new ProcessingSpec(chunker, "{}", "auto", List.of(new ModelRef("any", "hashing", "words-and-trigrams", 64)));
  }

  public static Attributes attributes(String title) {
    return new Attributes(title, "{}", null, new Acl(Sensitivity.PUBLIC, List.of(), List.of(), List.of()));
  }

  public static Upsert upsert(String text, String title) {
    return new Upsert(inline(text), attributes(title), null, "a.txt", "text/plain", null);
  }

  public static InlineContent inline(String text) {
    return new InlineContent(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  public static DocumentCommand command(UUID document, Long revision, Object command) {
    return command(document, revision, 0, command);
  }

  public static DocumentCommand command(UUID document, Long revision, int attempt, Object command) {
    return DocumentCommand.newBuilder().setTenantId(TENANT).setKnowledgeBaseId(KB).setDocumentId(document)
        .setRevision(revision).setAttempt(attempt).setCommand(command).build();
  }
}
