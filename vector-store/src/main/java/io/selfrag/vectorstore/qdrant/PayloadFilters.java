package io.selfrag.vectorstore.qdrant;

import static io.qdrant.client.ConditionFactory.hasId;
import static io.qdrant.client.ConditionFactory.match;
import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.ConditionFactory.matchKeywords;
import static io.qdrant.client.ConditionFactory.nested;
import static io.qdrant.client.ConditionFactory.range;

import io.qdrant.client.ConditionFactory;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.Range;
import io.selfrag.vectorstore.AclTerms;
import io.selfrag.vectorstore.IndexTerms;
import io.selfrag.vectorstore.MetadataCondition;
import io.selfrag.vectorstore.PointFilter;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.VersionKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * The port's filters and selections as Qdrant's. Ranges are doubles on the wire, which hold revisions in microseconds exactly
 * until the year 2255.
 */
final class PayloadFilters {
  /** Matches no term, since each has a prefix with a colon: an empty list of alternatives is not left to the server to read. */
  private static final String NO_TERM = "none";
  /** The id of no point, for the same reason. */
  private static final UUID NO_POINT = new UUID(0, 0);

  private PayloadFilters() {}

  static Filter filter(PointFilter filter) {
    var all = Filter.newBuilder().addMust(id(PointPayloads.TENANT, filter.tenantId())).addMust(scopes(filter.scopes()));
    if (!filter.documentIds().isEmpty()) {
      all.addMust(matchKeywords(PointPayloads.DOCUMENT, filter.documentIds().stream().map(UUID::toString).toList()));
    }
    filter.metadata().forEach(condition -> add(all, condition));
    PointFilter.Viewer viewer = filter.viewer();
    if (viewer != null) {
      all.addMust(matchKeywords(PointPayloads.SENSITIVITY, AclTerms.sensitivities(viewer)));
      all.addMust(matchKeywords(PointPayloads.ACL_TERMS, AclTerms.ofViewer(viewer)));
    }
    return all.build();
  }

  static Filter selection(PointSelection selection) {
    var all = Filter.newBuilder().addMust(id(PointPayloads.TENANT, selection.tenantId()));
    switch (selection) {
      case PointSelection.OfTenant tenant -> {
        // The tenant condition above says it all.
      }
      case PointSelection.OfKnowledgeBase of -> all.addMust(id(PointPayloads.KNOWLEDGE_BASE, of.knowledgeBaseId()));
      case PointSelection.OfGeneration of -> all.addMust(id(PointPayloads.KNOWLEDGE_BASE, of.knowledgeBaseId()))
          .addMust(match(PointPayloads.GENERATION, of.generation()));
      case PointSelection.OfDocument of -> all.addMust(id(PointPayloads.KNOWLEDGE_BASE, of.knowledgeBaseId()))
          .addMust(id(PointPayloads.DOCUMENT, of.documentId()));
      case PointSelection.OfPoints of -> all.addMust(ofPoints(of.chunkIds()));
      case PointSelection.OfOlderVersions of -> addGenerationOfDocument(all, of.below()).addMust(olderThan(of.below()));
      case PointSelection.OfVersion of -> addGenerationOfDocument(all, of.version())
          .addMust(match(PointPayloads.REVISION, of.version().revision()))
          .addMust(match(PointPayloads.ATTEMPT, of.version().attempt()));
    }
    return all.build();
  }

  /** What any of the selections names. */
  static Filter selections(List<PointSelection> selections) {
    var any = Filter.newBuilder();
    selections.forEach(selection -> any.addShould(ConditionFactory.filter(selection(selection))));
    return any.build();
  }

  static Filter document(UUID tenantId, UUID documentId) {
    return Filter.newBuilder().addMust(id(PointPayloads.TENANT, tenantId))
        .addMust(id(PointPayloads.DOCUMENT, documentId))
        .build();
  }

  private static Condition scopes(List<PointFilter.Scope> scopes) {
    var any = Filter.newBuilder();
    scopes.forEach(scope -> any.addShould(ConditionFactory.filter(Filter.newBuilder()
        .addMust(id(PointPayloads.KNOWLEDGE_BASE, scope.knowledgeBaseId()))
        .addMust(match(PointPayloads.GENERATION, scope.generation())).build())));
    return ConditionFactory.filter(any.build());
  }

  private static void add(Filter.Builder all, MetadataCondition condition) {
    switch (condition) {
      case MetadataCondition.In in -> {
        var terms = new ArrayList<>(List.of(NO_TERM));
        in.values().forEach(value -> terms.add(IndexTerms.equality(in.field(), value)));
        all.addMust(matchKeywords(PointPayloads.METADATA_TERMS, terms));
      }
      case MetadataCondition.Range bounds -> {
        var range = Range.newBuilder();
        if (bounds.atLeast() != null) {
          range.setGte(bounds.atLeast());
        }
        if (bounds.atMost() != null) {
          range.setLte(bounds.atMost());
        }
        // Both conditions on the same number of the list: another field's value must not pass for this one's.
        all.addMust(nested(PointPayloads.METADATA_NUMBERS,
            Filter.newBuilder()
                .addMust(matchKeyword(PointPayloads.NUMBER_FIELD, PointPayloads.numberField(bounds.field())))
                .addMust(range(PointPayloads.NUMBER_VALUE, range.build())).build()));
      }
      case MetadataCondition.Exists exists -> {
        if (exists.exists()) {
          all.addMust(exists(exists.field()));
        } else {
          all.addMustNot(exists(exists.field()));
        }
      }
    }
  }

  private static Condition exists(String field) {
    return matchKeyword(PointPayloads.METADATA_TERMS, IndexTerms.existence(field));
  }

  private static Condition olderThan(VersionKey below) {
    Filter sameRevision = Filter.newBuilder().addMust(match(PointPayloads.REVISION, below.revision()))
        .addMust(range(PointPayloads.ATTEMPT, Range.newBuilder().setLt(below.attempt()).build())).build();
    return ConditionFactory.filter(Filter.newBuilder()
        .addShould(range(PointPayloads.REVISION, Range.newBuilder().setLt((double) below.revision()).build()))
        .addShould(ConditionFactory.filter(sameRevision)).build());
  }

  private static Filter.Builder addGenerationOfDocument(Filter.Builder all, VersionKey version) {
    return all.addMust(id(PointPayloads.DOCUMENT, version.documentId()))
        .addMust(id(PointPayloads.KNOWLEDGE_BASE, version.knowledgeBaseId()))
        .addMust(match(PointPayloads.GENERATION, version.generation()));
  }

  private static Condition ofPoints(Collection<UUID> ids) {
    var alternatives = new ArrayList<>(List.of(PointIdFactory.id(NO_POINT)));
    ids.forEach(id -> alternatives.add(PointIdFactory.id(id)));
    return hasId(alternatives);
  }

  private static Condition id(String key, UUID id) {
    return matchKeyword(key, id.toString());
  }
}
