package io.selfrag.chunker.kafka;

import static io.selfrag.chunker.Fixtures.DOCUMENT;
import static io.selfrag.chunker.Fixtures.KB;
import static io.selfrag.chunker.Fixtures.SPEC;
import static io.selfrag.chunker.Fixtures.TENANT;
import static io.selfrag.chunker.Fixtures.inline;
import static io.selfrag.chunker.Fixtures.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.selfrag.chunker.parse.DocumentParser;
import io.selfrag.chunker.parse.ParseLimits;
import io.selfrag.chunker.parse.ParseRequest;
import io.selfrag.chunker.parse.ParsedDocument;
import io.selfrag.chunker.parse.text.TextDocumentParser;
import io.selfrag.chunker.version.ContentStore;
import io.selfrag.chunker.version.Models;
import io.selfrag.chunker.version.Overtaken;
import io.selfrag.chunker.version.VersionSplitter;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.TokenCounter;
import io.selfrag.embedding.hashing.HashingEmbedder;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.AvroDeserializer;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.Fingerprints;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.RecordHeaders;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.Chunk;
import io.selfrag.schemas.avro.ContentReference;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.DocumentVersion;
import io.selfrag.schemas.avro.GenerationSpec;
import io.selfrag.schemas.avro.ModelRef;
import io.selfrag.schemas.avro.ProcessingSpec;
import io.selfrag.schemas.avro.Sha256;
import io.selfrag.schemas.avro.Stage;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.kafka.Backoff;
import io.selfrag.service.trace.Spans;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import io.selfrag.catalog.holds.ParkedVersions;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SplitTopologyTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final TopicNames TOPICS = new TopicNames("t.");
  private static final String PARAGRAPH = "Backups run every night at two and are kept for thirty days. ".repeat(40);

  private final AvroCodec codec = new AvroCodec();
  private final Map<String, byte[]> contents = new HashMap<>();
  private final Deque<RuntimeException> failures = new ArrayDeque<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Overtaken overtaken = new Overtaken();
  private final PlannedHolds holds = new PlannedHolds();
  private Instant now = NOW;
  private final TopologyTestDriver driver = driver();
  private final TestInputTopic<byte[], byte[]> versions = driver.createInputTopic("t.versions",
      new ByteArraySerializer(), new ByteArraySerializer());
  private final Map<String, TestOutputTopic<byte[], byte[]>> outputs = new HashMap<>();

  private TopologyTestDriver driver() {
    var health = new StageHealth("split", InstantSource.fixed(NOW));
    InstantSource clock = () -> now;
    var retry = new TransientRetry(Backoff.DEFAULT, Duration.ofSeconds(90), clock, it -> now = now.plus(it),
        new Random(1), health);
    var splitter = new VersionSplitter(new MapContents(), new FailingParser(), new HashingModels(),
        ParseLimits.DEFAULTS);
    var ports = new SplitPorts(splitter, retry, overtaken, holds, Duration.ofHours(6), clock, health, meters,
        Spans.OFF);
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "split");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:9092");
    return new TopologyTestDriver(SplitTopology.of(TOPICS, codec, Lane.INTERACTIVE, ports), properties, NOW);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void aVersionBecomesChunksWithIdsOfTheirOwn() {
    send(version(inline("# Backups\n\n" + PARAGRAPH + "\n\n# Restores\n\n" + PARAGRAPH)));

    var chunks = chunks();
    assertThat(chunks).hasSizeGreaterThan(1);
    assertThat(chunks).extracting(Chunk::getOrdinal)
        .containsExactlyElementsOf(java.util.stream.IntStream.range(0, chunks.size()).boxed().toList());
    assertThat(chunks).allSatisfy(it -> {
      assertThat(it.getChunkId())
          .isEqualTo(Ids.chunkId(TENANT, KB, DOCUMENT, 1, 100, 0, it.getOrdinal()));
      assertThat(it.getChunkCount()).isEqualTo(chunks.size());
      assertThat(it.getChunk().getContext()).startsWith("Handbook");
      assertThat(it.getChunk().getLanguage()).isEqualTo("en");
      assertThat(it.getModel()).isEqualTo(SPEC.getModels().getFirst());
    });
    assertThat(events()).extracting(DocumentEvent::getStage).containsExactly(Stage.PARSED, Stage.CHUNKED);
    assertThat(meters.counter("selfrag.chunks.created", "lane", "interactive").count()).isEqualTo(chunks.size());
  }

  @Test
  void aVersionThatIsHeldBackIsParkedAndTheNextOneIsNot() {
    var held = version(inline(PARAGRAPH));
    holds.held.add(held.getDocumentId());
    var neighbour = DocumentVersion.newBuilder(held).setDocumentId(new UUID(7, 7)).build();

    send(held);
    send(neighbour);

    assertThat(holds.parked).singleElement().satisfies(it -> assertThat(codec.decode(it)).isEqualTo(held));
    assertThat(events()).extracting(DocumentEvent::getDocumentId).isNotEmpty().containsOnly(neighbour.getDocumentId());
    assertThat(chunks()).isNotEmpty().allSatisfy(it -> assertThat(it.getDocumentId()).isEqualTo(new UUID(7, 7)));
  }

  @Test
  void aVersionThatWasReleasedForGoodIsNotHeldBackAgain() {
    var version = version(inline(PARAGRAPH));
    holds.held.add(version.getDocumentId());
    var headers = new org.apache.kafka.common.header.internals.RecordHeaders().add(ParkedVersions.RELEASED,
        "overtaken".getBytes(StandardCharsets.UTF_8));

    versions.pipeInput(new TestRecord<>("k".getBytes(StandardCharsets.UTF_8), codec.encode(version), headers));

    assertThat(holds.parked).isEmpty();
    assertThat(chunks()).isNotEmpty();
  }

  @Test
  void everyGenerationGetsItsChunksAndOneThatCannotBeCutFailsAlone() {
    var version = DocumentVersion.newBuilder(version(inline(PARAGRAPH)))
        .setGenerations(List.of(new GenerationSpec(1, SPEC), new GenerationSpec(2, spec("no such chunker")),
            new GenerationSpec(3, spec("sentence"))))
        .build();
    send(version);

    assertThat(chunks()).extracting(Chunk::getGeneration).contains(1, 3).doesNotContain(2);
    assertThat(events()).filteredOn(it -> it.getStage() == Stage.FAILED).singleElement().satisfies(it -> {
      assertThat(it.getGeneration()).isEqualTo(2);
      assertThat(it.getError().getCode()).isEqualTo("INVALID_CHUNKER");
      assertThat(it.getError().getStage()).isEqualTo("chunk");
    });
    assertThat(raw("t.versions.dlt")).hasSize(1);
  }

  @Test
  void eachChunkGoesToTheModelOfItsLanguage() {
    var english = new ModelRef("en", "hashing", "words-and-trigrams", 64);
    var chinese = new ModelRef("zh", "hashing", "words-and-trigrams", 32);
    var both = new ProcessingSpec("recursive", "{\"size\": 64}", "auto", List.of(english, chinese));
    var version = DocumentVersion.newBuilder(version(inline(PARAGRAPH + "\n\n" + "备份每晚两点运行，保留三十天。".repeat(40))))
        .setGenerations(List.of(new GenerationSpec(1, both))).build();
    send(version);

    assertThat(chunks()).anySatisfy(it -> assertThat(it.getModel()).isEqualTo(english))
        .anySatisfy(it -> assertThat(it.getModel()).isEqualTo(chinese))
        .allSatisfy(it -> assertThat(it.getModel().getLanguage()).isEqualTo(it.getChunk().getLanguage()));
  }

  @Test
  void S22inlineBytesAreStoredBeforeAnythingElse() {
    failures.add(new SelfRagException(ErrorCode.CORRUPT, "broken"));
    send(version(inline("text")));

    assertThat(contents).hasSize(1);
    assertThat(events()).singleElement().satisfies(it -> {
      assertThat(it.getStage()).isEqualTo(Stage.FAILED);
      assertThat(it.getError().getCode()).isEqualTo("CORRUPT");
      assertThat(it.getError().getStage()).isEqualTo("parse");
    });
    assertThat(raw("t.versions.dlt")).singleElement()
        .satisfies(it -> assertThat(OrderRig.header(it, RecordHeaders.DLT_CODE)).isEqualTo("CORRUPT"));
  }

  @Test
  void S9aVersionThatIsSentForOneGenerationFailsForThatOneAlone() {
    failures.add(new SelfRagException(ErrorCode.CORRUPT, "broken"));
    send(DocumentVersion.newBuilder(version(inline("text"))).setGenerations(List.of(new GenerationSpec(2, SPEC)))
        .build());
    failures.add(new SelfRagException(ErrorCode.CORRUPT, "broken"));
    send(DocumentVersion.newBuilder(version(inline("text")))
        .setGenerations(List.of(new GenerationSpec(1, SPEC), new GenerationSpec(2, SPEC))).build());

    assertThat(events()).extracting(DocumentEvent::getGeneration).containsExactly(2, null);
  }

  @Test
  void S22missingContentComesBackLaterAndFailsOnlyAfterItsDeadline() {
    var bytes = "text that is late".getBytes(StandardCharsets.UTF_8);
    var reference = new ContentReference(new Sha256(Fingerprints.sha256(ByteBuffer.wrap(bytes))), (long) bytes.length);
    now = NOW;
    // The driver feeds what comes back in again, so the deadline passes in this very call.
    send(version(reference));

    assertThat(chunks()).isEmpty();
    assertThat(Duration.between(NOW, now)).isGreaterThan(Duration.ofHours(6));
    assertThat(events()).singleElement()
        .satisfies(it -> assertThat(it.getError().getCode()).isEqualTo("DOC_NOT_FOUND"));

    contents.put(TENANT + "/" + reference.getSha256(), bytes);
    send(version(reference));
    assertThat(chunks()).hasSize(1);
  }

  @Test
  void anOutageIsWaitedOutAndNeverSkipped() {
    failures.add(new SelfRagException(ErrorCode.PIPELINE_SATURATED, "busy"));
    failures.add(new SelfRagException(ErrorCode.PIPELINE_SATURATED, "busy"));
    send(version(inline("text")));

    assertThat(chunks()).hasSize(1);
    assertThat(raw("t.versions.dlt")).isEmpty();
  }

  @Test
  void S27aBugIsTriedThreeTimesThenGivenUpAndFiveInARowStop() {
    for (int i = 0; i < 3; i++) {
      failures.add(new IllegalStateException("bug"));
    }
    send(version(inline("one")));
    send(version(inline("two")));

    assertThat(chunks()).hasSize(1);
    assertThat(raw("t.versions.dlt")).singleElement().satisfies(it -> {
      assertThat(OrderRig.header(it, RecordHeaders.DLT_CODE)).isEqualTo("INTERNAL_ERROR");
      assertThat(OrderRig.header(it, RecordHeaders.DLT_ATTEMPT)).isEqualTo("3");
      assertThat(OrderRig.header(it, RecordHeaders.DLT_STACK)).contains("IllegalStateException");
    });

    for (int i = 0; i < 5 * 3; i++) {
      failures.add(new IllegalStateException("bug"));
    }
    for (int i = 0; i < 4; i++) {
      send(version(inline("bad " + i)));
    }
    assertThatThrownBy(() -> send(version(inline("bad 5")))).rootCause().hasMessage("bug");
    assertThat(raw("t.versions.dlt")).hasSize(4);
  }

  @Test
  void whatCannotBeReadIsGivenUpAndTheNextOneIsUnharmed() {
    byte[] unknownSchema = codec.encode(version(inline("text")));
    unknownSchema[5] ^= 1;
    versions.pipeInput(new TestRecord<>(null, new byte[]{1, 2, 3}));
    versions.pipeInput(new TestRecord<>(null, unknownSchema));
    send(version(inline("text")));

    assertThat(raw("t.versions.dlt")).hasSize(2)
        .allSatisfy(it -> assertThat(OrderRig.header(it, RecordHeaders.DLT_CODE)).isEqualTo("UNDECODABLE"));
    assertThat(chunks()).hasSize(1);
  }

  @Test
  void theSameVersionTwiceGivesTheSameChunks() {
    send(version(inline(PARAGRAPH)));
    var first = chunks();
    send(version(inline(PARAGRAPH)));

    assertThat(chunks()).isEqualTo(first);
  }

  @Test
  void S25aVersionWithANewerOneBehindItIsDroppedButNotForLongerThan30Seconds() {
    send(version(inline("first")));
    overtaken.queued(DOCUMENT, 200);
    send(version(inline("dropped")));
    now = now.plusSeconds(31);
    send(version(inline("let through, for the live one is old")));

    assertThat(chunks()).extracting(it -> it.getChunk().getText()).containsExactly("first",
        "let through, for the live one is old");
    assertThat(events()).filteredOn(it -> it.getStage() == Stage.SUPERSEDED).hasSize(1);
  }

  @Test
  void S25whatWasToComeAndFailedDropsNothing() {
    send(version(inline("first")));
    overtaken.queued(DOCUMENT, 200);
    overtaken.gaveUp(DOCUMENT, 200);
    send(version(inline("second")));

    assertThat(chunks()).hasSize(2);
  }

  private static DocumentVersion version(Object content) {
    return DocumentVersion.newBuilder().setTenantId(TENANT).setKnowledgeBaseId(KB).setDocumentId(DOCUMENT)
        .setRevision(100).setContent(content).setTitle("Handbook").setFileName("a.md").setMediaType("text/markdown")
        .setGenerations(List.of(new GenerationSpec(1, SPEC))).build();
  }

  private void send(DocumentVersion version) {
    versions.pipeInput(new TestRecord<>(DOCUMENT.toString().getBytes(StandardCharsets.UTF_8), codec.encode(version)));
  }

  private List<Chunk> chunks() {
    return read("t.chunks").stream().map(Chunk.class::cast).toList();
  }

  private List<DocumentEvent> events() {
    return read("t.document-events").stream().map(DocumentEvent.class::cast).toList();
  }

  private List<SpecificRecord> read(String topic) {
    var deserializer = new AvroDeserializer(codec);
    return raw(topic).stream().map(it -> ((Decoded.Value) deserializer.deserialize(topic, it.value())).message())
        .toList();
  }

  private List<TestRecord<byte[], byte[]>> raw(String topic) {
    return outputs.computeIfAbsent(topic,
        it -> driver.createOutputTopic(it, new ByteArrayDeserializer(), new ByteArrayDeserializer()))
        .readRecordsToList();
  }

  private final class MapContents implements ContentStore {
    @Override
    public Optional<byte[]> fetch(UUID tenantId, Sha256 sha256) {
      return Optional.ofNullable(contents.get(tenantId + "/" + sha256));
    }

    @Override
    public void store(UUID tenantId, Sha256 sha256, ByteBuffer bytes) {
      var copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      contents.put(tenantId + "/" + sha256, copy);
    }
  }

  private final class FailingParser implements DocumentParser {
    private final TextDocumentParser parser = new TextDocumentParser();

    @Override
    public ParsedDocument parse(ParseRequest request) {
      if (!failures.isEmpty()) {
        throw failures.pop();
      }
      return parser.parse(request);
    }

    @Override
    public void close() {
      parser.close();
    }
  }

  private static final class HashingModels implements Models {
    @Override
    public TokenCounter counterOf(ModelId model) {
      return HashingEmbedder.counter();
    }

    @Override
    public int maxTokensOf(ModelId model) {
      return 510;
    }
  }

  /** Holds back the documents that it is told. */
  private static final class PlannedHolds implements Holds {
    private final Set<UUID> held = new HashSet<>();
    private final List<byte[]> parked = new ArrayList<>();

    @Override
    public boolean isHeld(DocumentVersion version) {
      return held.contains(version.getDocumentId());
    }

    @Override
    public void park(DocumentVersion version, byte[] record, Map<String, String> headers) {
      parked.add(record);
    }
  }
}
