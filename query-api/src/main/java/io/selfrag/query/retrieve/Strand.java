package io.selfrag.query.retrieve;

import io.selfrag.query.retrieve.RetrieverChoice.Kind;
import io.selfrag.vectorstore.MetadataCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * One of the searches that a retriever is made of.
 *
 * @param conditions beside the request's own
 * @param weight of its list among those of the others
 */
record Strand(RetrieverChoice legs, Wording wording, List<MetadataCondition> conditions, double weight) {
  /** Beside the question, which is what was asked. */
  private static final double WEIGHT_OF_VARIANTS = 0.5;

  Strand {
    conditions = List.copyOf(conditions);
  }

  static List<Strand> of(Retriever retriever, String question, Expansion expansion, UUID knowledgeBaseId) {
    var asked = new Strand(retriever.legs(), Wording.of(question), List.of(), 1);
    return switch (retriever.kind()) {
      case DENSE, BM25, HYBRID, FUSION, PARENT_DOCUMENT -> List.of(asked);
      case MULTI_QUERY -> variants(asked, expansion.variants(), retriever.variants());
      case HYDE -> passages(asked, question, expansion.passages(), retriever.passages());
      case SELF_QUERY -> List.of(new Strand(asked.legs, asked.wording,
          expansion.filters().getOrDefault(knowledgeBaseId, List.of()), 1));
      case ENSEMBLE -> retriever.members().stream()
          .flatMap(member -> of(member.retriever(), question, expansion, knowledgeBaseId).stream()
              .map(it -> it.times(member.weight())))
          .toList();
    };
  }

  private static List<Strand> variants(Strand asked, List<String> variants, int most) {
    var strands = new ArrayList<>(List.of(asked));
    variants.stream().limit(most)
        .forEach(
            it -> strands.add(new Strand(asked.legs.withoutFeedback(), Wording.of(it), List.of(), WEIGHT_OF_VARIANTS)));
    return strands;
  }

  /** Words of a passage that somebody made up say nothing: only its meaning is searched for. */
  private static List<Strand> passages(Strand asked, String question, List<String> passages, int most) {
    var strands = new ArrayList<>(List.of(asked));
    int count = Math.min(most, passages.size());
    var dense = new RetrieverChoice(Kind.DENSE, 1, asked.legs.fusion(), false, asked.legs.period(),
        asked.legs.candidates());
    passages.stream().limit(most)
        .forEach(it -> strands.add(new Strand(dense, Wording.passage(question, it), List.of(), 1.0 / count)));
    return strands;
  }

  private Strand times(double factor) {
    return new Strand(legs, wording, conditions, weight * factor);
  }
}
