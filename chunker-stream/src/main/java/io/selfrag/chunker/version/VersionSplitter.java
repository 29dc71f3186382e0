package io.selfrag.chunker.version;

import io.selfrag.chunker.parse.DocumentParser;
import io.selfrag.chunker.parse.ParseLimits;
import io.selfrag.chunker.parse.ParseRequest;
import io.selfrag.chunker.parse.ParsedDocument;
import io.selfrag.chunker.split.Chunkers;
import io.selfrag.chunker.split.TextChunk;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.Fingerprints;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.avro.Chunk;
import io.selfrag.schemas.avro.ChunkText;
import io.selfrag.schemas.avro.ContentReference;
import io.selfrag.schemas.avro.DocumentVersion;
import io.selfrag.schemas.avro.GenerationSpec;
import io.selfrag.schemas.avro.InlineContent;
import io.selfrag.schemas.avro.ModelRef;
import io.selfrag.schemas.avro.ProcessingSpec;
import io.selfrag.schemas.avro.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Parses a version and cuts it for each of its generations. The same version gives the same chunks. Safe for concurrent
 * callers.
 */
public final class VersionSplitter {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final TypeReference<Map<String, Object>> PARAMETERS = new TypeReference<>() {
  };

  private final ContentStore contents;
  private final DocumentParser parser;
  private final Models models;
  private final ParseLimits limits;

  public VersionSplitter(ContentStore contents, DocumentParser parser, Models models, ParseLimits limits) {
    this.contents = contents;
    this.parser = parser;
    this.models = models;
    this.limits = limits;
  }

  /**
   * The original bytes. Inline ones are stored first, so that whatever happens next they can be read again (S22).
   *
   * @return nothing if the content store does not have them (yet)
   */
  public Optional<byte[]> content(DocumentVersion version) {
    return switch (version.getContent()) {
      case InlineContent inline -> {
        var bytes = inline.getBytes();
        var sha256 = version.getContentSha256() == null
            ? new Sha256(Fingerprints.sha256(bytes))
            : version.getContentSha256();
        contents.store(version.getTenantId(), sha256, bytes.duplicate());
        var copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        yield Optional.of(copy);
      }
      case ContentReference reference -> contents.fetch(version.getTenantId(), reference.getSha256());
      case Object other -> throw new IllegalArgumentException("unknown content " + other.getClass());
    };
  }

  /**
   * Text and outline of the bytes.
   *
   * @throws SelfRagException a permanent one; see {@link DocumentParser}
   */
  public ParsedDocument parse(DocumentVersion version, byte[] content) {
    return parser.parse(
        ParseRequest.ofBytes(content, version.getFileName(), version.getMediaType()).withLimits(limits));
  }

  /** The chunks of each generation; a generation that cannot be cut does not hold up the others. */
  public List<GenerationSplit> split(DocumentVersion version, ParsedDocument document) {
    var splits = new ArrayList<GenerationSplit>();
    for (GenerationSpec generation : version.getGenerations()) {
      splits.add(split(version, document, generation));
    }
    return splits;
  }

  private GenerationSplit split(DocumentVersion version, ParsedDocument document, GenerationSpec generation) {
    int number = generation.getGeneration();
    try {
      var chunks = chunks(version, document, generation);
      return chunks.isEmpty()
          ? new GenerationSplit.Failed(number,
              new SelfRagException(ErrorCode.EMPTY_DOCUMENT, "the document has no text to be found by"))
          : new GenerationSplit.Chunked(number, chunks);
    } catch (SelfRagException e) {
      if (e.isTransient() || e.code() == ErrorCode.INTERNAL_ERROR) {
        throw e;
      }
      return new GenerationSplit.Failed(number, e);
    }
  }

  private List<Chunk> chunks(DocumentVersion version, ParsedDocument document, GenerationSpec generation) {
    ProcessingSpec spec = generation.getSpec();
    var specModels = new SpecModels(models, spec, document.text());
    int maxTokens = specModels.maxTokens();
    var chunker = Chunkers.of(spec.getChunker(), parameters(spec), specModels.leadingCounter(), maxTokens);
    List<TextChunk> cut = chunker.split(document);
    var title = ChunkContext.title(version);
    var chunks = new ArrayList<Chunk>(cut.size());
    for (TextChunk chunk : cut) {
      ModelRef model = specModels.modelOf(chunk.text(), maxTokens - Chunkers.CONTEXT_TOKENS);
      var text = new ChunkText(chunk.text(),
          ChunkContext.of(title, chunk.context(), specModels.counter(model)), chunk.charStart(),
          chunk.charEnd(), chunk.pageFrom(), chunk.pageTo(), chunk.headingPath(),
          specModels.tokensOf(chunk, model), specModels.languageOf(chunk.text()), chunk.parentText());
      int ordinal = chunks.size();
      chunks.add(new Chunk(version.getTenantId(), version.getKnowledgeBaseId(), version.getDocumentId(),
          generation.getGeneration(), version.getRevision(), version.getAttempt(),
          Ids.chunkId(version.getTenantId(), version.getKnowledgeBaseId(), version.getDocumentId(),
              generation.getGeneration(), version.getRevision(), version.getAttempt(), ordinal),
          ordinal, cut.size(), model, version.getJobId(), text));
    }
    return chunks;
  }

  private static Map<String, Object> parameters(ProcessingSpec spec) {
    try {
      return JSON.readValue(spec.getChunkerParams(), PARAMETERS);
    } catch (JacksonException e) {
      throw new SelfRagException(ErrorCode.INVALID_CHUNKER, "the chunker's parameters are no JSON object", e);
    }
  }
}
