package io.selfrag.embedder.embed;

import io.selfrag.embedding.ModelId;
import io.selfrag.schemas.avro.Chunk;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts a batch into pieces of one model each, longest texts first: texts of like length go together, which saves padding, and
 * what runs last is short, which keeps all cores busy to the end.
 */
final class Pieces {
  private Pieces() {}

  /** Chunks for one call, by their positions in the batch. */
  record Piece(ModelId model, List<Integer> positions) {
    Piece {
      positions = List.copyOf(positions);
    }
  }

  static List<Piece> cut(List<Chunk> chunks, PieceLimits limits) {
    Map<ModelId, List<Integer>> byModel = new LinkedHashMap<>();
    for (int position = 0; position < chunks.size(); position++) {
      byModel.computeIfAbsent(modelOf(chunks.get(position)), _ -> new ArrayList<>()).add(position);
    }
    var pieces = new ArrayList<Piece>();
    byModel.forEach((model, positions) -> {
      positions.sort(Comparator.comparingInt((Integer it) -> tokens(chunks.get(it))).reversed());
      cut(model, positions, chunks, limits, pieces);
    });
    return pieces;
  }

  static ModelId modelOf(Chunk chunk) {
    var model = chunk.getModel();
    return new ModelId(model.getProvider(), model.getModel(), model.getDimension());
  }

  private static void cut(ModelId model, List<Integer> positions, List<Chunk> chunks, PieceLimits limits,
      List<Piece> pieces) {
    var piece = new ArrayList<Integer>();
    int sum = 0;
    for (int position : positions) {
      int tokens = tokens(chunks.get(position));
      if (!piece.isEmpty() && (piece.size() == limits.texts() || sum + tokens > limits.tokens())) {
        pieces.add(new Piece(model, piece));
        piece.clear();
        sum = 0;
      }
      piece.add(position);
      sum += tokens;
    }
    if (!piece.isEmpty()) {
      pieces.add(new Piece(model, piece));
    }
  }

  private static int tokens(Chunk chunk) {
    return chunk.getChunk().getTokens();
  }
}
