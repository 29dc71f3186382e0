package io.selfrag.query.retrieve;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A chunk that exists, is live and may be read by the caller, with its neighbours.
 *
 * @param metadata the document's metadata; system fields are added by the API and win
 * @param before text of the chunks before it within the context window, oldest first; empty at the document's start
 */
public record Passage(UUID chunkId, UUID knowledgeBaseId, UUID documentId, int ordinal, String text, String title,
    Map<String, Object> metadata, @Nullable Integer pageFrom, @Nullable Integer pageTo, List<String> headingPath,
    int charStart, int charEnd, int version, String before, String after) {}
