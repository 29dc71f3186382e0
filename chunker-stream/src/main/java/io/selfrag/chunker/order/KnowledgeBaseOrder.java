package io.selfrag.chunker.order;

import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.DocumentState;
import io.selfrag.schemas.avro.GenerationOpened;
import io.selfrag.schemas.avro.GenerationSpec;
import io.selfrag.schemas.avro.KnowledgeBaseState;
import io.selfrag.schemas.avro.Listing;
import io.selfrag.schemas.avro.Reprocess;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The decisions about a whole knowledge base (S9). Each command may come again. */
public final class KnowledgeBaseOrder {
  private KnowledgeBaseOrder() {}

  /** Opens a generation; documents already known are to be listed for it if the command says so. */
  public static KnowledgeBaseState opened(KnowledgeBaseState before, GenerationOpened opened) {
    if (before.getDeleted()) {
      return before;
    }
    var generations = new ArrayList<>(without(before, opened.getGeneration()));
    generations.add(new GenerationSpec(opened.getGeneration(), opened.getSpec()));
    generations.sort(Comparator.comparingInt(GenerationSpec::getGeneration));
    var listings = new ArrayList<>(before.getListings());
    if (opened.getReprocessExisting()) {
      listings.removeIf(it -> isFor(it, opened.getGeneration()));
      listings.add(new Listing(opened.getGeneration(), null));
    }
    return KnowledgeBaseState.newBuilder(before).setGenerations(generations).setListings(listings).build();
  }

  /** Closes a generation and gives its listing up. */
  public static KnowledgeBaseState closed(KnowledgeBaseState before, int generation) {
    return KnowledgeBaseState.newBuilder(before).setGenerations(without(before, generation))
        .setListings(before.getListings().stream().filter(it -> !isFor(it, generation)).toList()).build();
  }

  /** Forgets the knowledge base; its documents follow in slices. */
  public static KnowledgeBaseState deleted(UUID tenantId, UUID knowledgeBaseId) {
    return new KnowledgeBaseState(tenantId, knowledgeBaseId, List.of(), true, List.of(new Listing(null, null)));
  }

  /** The state with the first listing advanced to a document, or without it if there is none. */
  public static KnowledgeBaseState advanced(KnowledgeBaseState before, Optional<UUID> last) {
    var listings = new ArrayList<>(before.getListings());
    Listing first = listings.removeFirst();
    last.ifPresent(it -> listings.addFirst(new Listing(first.getGeneration(), it)));
    return KnowledgeBaseState.newBuilder(before).setListings(listings).build();
  }

  /** The command that fills a generation with a listed document, if it needs one. */
  public static Optional<Output> reprocess(KnowledgeBaseState knowledgeBase, UUID documentId, DocumentState state,
      int generation) {
    if (DocumentOrder.isDeleted(state) || (state.getCurrent() == null && state.getLive() == null)) {
      return Optional.empty();
    }
    return Optional.of(new Output.Command(DocumentCommand.newBuilder().setTenantId(knowledgeBase.getTenantId())
        .setKnowledgeBaseId(knowledgeBase.getKnowledgeBaseId()).setDocumentId(documentId)
        .setRevision(state.getContentRevision()).setAttempt(state.getContentAttempt())
        .setCommand(new Reprocess(generation)).build()));
  }

  private static boolean isFor(Listing listing, int generation) {
    return listing.getGeneration() != null && listing.getGeneration() == generation;
  }

  private static List<GenerationSpec> without(KnowledgeBaseState state, int generation) {
    return state.getGenerations().stream().filter(it -> it.getGeneration() != generation).toList();
  }
}
