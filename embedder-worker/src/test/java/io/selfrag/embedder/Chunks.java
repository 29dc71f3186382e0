package io.selfrag.embedder;

import io.selfrag.embedding.ModelId;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.avro.Chunk;
import io.selfrag.schemas.avro.ChunkText;
import io.selfrag.schemas.avro.ModelRef;
import java.util.UUID;

/** Chunks as the chunker makes them. */
public final class Chunks {
  public static final UUID TENANT = UUID.fromString("00000000-0000-4000-8000-000000000001");
  public static final UUID KNOWLEDGE_BASE = UUID.fromString("00000000-0000-4000-8000-000000000002");
  public static final UUID DOCUMENT = UUID.fromString("00000000-0000-4000-8000-000000000003");
  private static final int COUNT = 10_000;

  private Chunks() {}

  public static Chunk chunk(int ordinal, ModelId model, String text, int tokens) {
    return chunk(ordinal, model, "", text, tokens);
  }

  public static Chunk chunk(int ordinal, ModelId model, String context, String text, int tokens) {
    return Chunk.newBuilder().setTenantId(TENANT).setKnowledgeBaseId(KNOWLEDGE_BASE).setDocumentId(DOCUMENT)
        .setGeneration(1).setRevision(7).setAttempt(0)
        .setChunkId(Ids.chunkId(TENANT, KNOWLEDGE_BASE, DOCUMENT, 1, 7, 0, ordinal)).setOrdinal(ordinal)
        .setChunkCount(COUNT)
        .setModel(ModelRef.newBuilder().setProvider(model.provider()).setModel(model.model())
            .setDimension(model.dimension()).build())
        .setChunk(ChunkText.newBuilder().setText(text).setContext(context).setCharStart(0).setCharEnd(text.length())
            .setTokens(tokens).setLanguage("en").build())
        .build();
  }
}
