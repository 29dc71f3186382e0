package io.selfrag.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.Acl;
import io.selfrag.schemas.avro.Attributes;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.InlineContent;
import io.selfrag.schemas.avro.Sensitivity;
import io.selfrag.schemas.avro.Upsert;
import io.selfrag.servers.LocalBroker;
import io.selfrag.standalone.client.Credentials;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a caller writes into {@code metadata} passes for nothing that the system says, whichever way the document came. */
@ResourceLock(RunningSystem.LOCK)
class ForgedMetadataIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static RoutesWorld world;
  private static String[] ann;
  private static String[] nobody;
  private static String forged;

  @BeforeAll
  static void make() {
    var credentials = Credentials.in(RunningSystem.shared().data()).orElseThrow();
    world = new RoutesWorld(credentials.baseUrl(), credentials.adminToken());
    ann = key(", \"identity\": {\"user_id\": \"ann\", \"clearance\": \"restricted\"}");
    nobody = key("");
    forged = """
        {"tenant_id": "%s", "knowledge_base_id": "%s", "document_id": "%s", "chunk_id": "forged", "generation": 9,
         "revision": 9, "attempt": 9, "title": "forged", "chunk_index": -1, "version": -1, "heading_path": ["forged"],
         "char_start": -1, "char_end": -1, "page_from": -1, "page_to": -1, "sensitivity_level": "public",
         "sensitivity": "public", "acl_users": ["*"], "acl_roles": [], "acl_groups": [], "acl_terms": ["*"],
         "metadata_terms": ["forged"], "status": "failed", "live_revision": 0, "colour": "grey"}"""
        .formatted(world.others().tenant(), world.others().knowledgeBase(), world.others().document());
  }

  @AfterAll
  static void close() {
    world.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"api", "kafka"})
  void metadataOverridesNoFieldOfTheSystem(String way) throws Exception {
    var text = "A pangolin curls up when it is touched: " + way + ".";
    var id = way.equals("api") ? uploaded(text) : produced(text);

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(found(ann, world.own(), id)).isNotNull());
    var hit = found(ann, world.own(), id);
    var metadata = hit.path("metadata");
    assertThat(hit.path("knowledge_base_id").asString()).isEqualTo(world.own().knowledgeBase().toString());
    assertThat(metadata.path("colour").asString()).isEqualTo("grey");
    assertThat(metadata.path("title").asString()).isEqualTo("true");
    assertThat(metadata.path("heading_path").toString()).isEqualTo("[]");
    assertThat(metadata.path("chunk_index").asInt()).isZero();
    assertThat(metadata.path("char_start").asInt()).isZero();
    assertThat(metadata.path("char_end").asInt()).isEqualTo(text.length());
    assertThat(metadata.path("version").asInt()).isEqualTo(1);
    assertThat(metadata.propertyNames()).doesNotContain("tenant_id", "knowledge_base_id", "document_id", "chunk_id",
        "generation", "revision", "sensitivity_level", "acl_users", "acl_roles", "acl_groups", "page_from", "page_to");

    // What happened is told after it did.
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(
        get("/v1/documents/" + id, ann).path("processing_status").asString()).isEqualTo("completed"));
    var document = get("/v1/documents/" + id, ann);
    assertThat(document.path("title").asString()).isEqualTo("true");
    assertThat(document.path("knowledge_base_id").asString()).isEqualTo(world.own().knowledgeBase().toString());

    // Neither whom it says that it is for nor whose it says that it is.
    assertThat(found(nobody, world.own(), id)).isNull();
    assertThat(get("/v1/documents/" + id, nobody).path("status").asInt()).isEqualTo(404);
    var others = RoutesWorld.bearer(world.others().adminKey());
    assertThat(found(others, world.others(), id)).isNull();
    assertThat(get("/v1/documents/" + id, others).path("status").asInt()).isEqualTo(404);
  }

  private static UUID uploaded(String text) {
    var made = world.made("/v1/knowledge-bases/" + world.own().knowledgeBase() + "/documents",
        "{\"title\": \"true\", \"content\": \"" + text + "\", \"wait\": 60, \"sensitivity_level\": \"restricted\","
            + " \"acl_users\": [\"ann\"], \"metadata\": " + forged + "}",
        RoutesWorld.bearer(world.own().adminKey()));
    return UUID.fromString(made.path("document_id").asString());
  }

  private static UUID produced(String text) throws Exception {
    // First: Avro instantiates classes only after they were declared trustworthy, which the codec does for ours.
    var codec = new AvroCodec();
    var id = UUID.randomUUID();
    var acl = Acl.newBuilder().setSensitivity(Sensitivity.RESTRICTED).setUsers(List.of("ann")).build();
    var content = InlineContent.newBuilder().setBytes(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))).build();
    var command = DocumentCommand.newBuilder().setTenantId(world.own().tenant())
        .setKnowledgeBaseId(world.own().knowledgeBase()).setDocumentId(id)
        .setCommand(Upsert.newBuilder().setContent(content)
            .setAttributes(Attributes.newBuilder().setTitle("true").setMetadata(forged).setAcl(acl).build()).build())
        .build();
    var broker = LocalBroker.keptAddress(RunningSystem.shared().data().resolve("broker"));
    try (var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", broker),
        new StringSerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(new TopicNames("selfrag.").of(PipelineTopic.DOCUMENTS), id.toString(),
          codec.encode(command))).get();
    }
    return id;
  }

  private static String[] key(String fields) {
    return RoutesWorld.bearer(world.made("/v1/api-keys",
        "{\"name\": \"k\", \"role\": \"read\", \"rate_limit_per_minute\": 100000" + fields + "}",
        RoutesWorld.bearer(world.own().adminKey())).path("api_key").asString());
  }

  /** The document's hit in a search of the knowledge base; null if there is none. */
  private static JsonNode found(String[] key, RoutesWorld.Things where, UUID document) {
    var answer = world.send("POST", "/v1/retrieve",
        "{\"query\": \"pangolin\", \"top_k\": 50, \"knowledge_base_ids\": [\""
            + where.knowledgeBase() + "\"]}",
        "application/json", key);
    for (JsonNode hit : answer.json().path("results")) {
      if (hit.path("document_id").asString().equals(document.toString())) {
        return hit;
      }
    }
    return null;
  }

  private static JsonNode get(String path, String[] key) {
    return world.send("GET", path, "", "", key).json();
  }
}
