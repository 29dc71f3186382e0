package io.selfrag.standalone.example;

import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.Acl;
import io.selfrag.schemas.avro.Attributes;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.InlineContent;
import io.selfrag.schemas.avro.Upsert;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends a file straight to the documents topic, as a program outside the system would. The record's key is the document id,
 * which follows from the knowledge base and the external id; no revision is given, so the broker's append time orders it.
 */
public final class ExternalProducer {
  private static final int ARGUMENTS = 4;

  private ExternalProducer() {}

  /** Arguments: bootstrap servers, tenant id, knowledge base id, file. */
  public static void main(String[] args) throws IOException, ExecutionException, InterruptedException {
    if (args.length != ARGUMENTS) {
      System.err.println("usage: ExternalProducer BOOTSTRAP_SERVERS TENANT_ID KNOWLEDGE_BASE_ID FILE");
      System.exit(2);
    }
    var documentId = send(args[0], UUID.fromString(args[1]), UUID.fromString(args[2]), Path.of(args[3]));
    PrintStream out = System.out;
    out.println("document " + documentId);
  }

  /** Sends the file and returns its document id once the brokers have it. */
  public static UUID send(String bootstrapServers, UUID tenantId, UUID knowledgeBaseId, Path file)
      throws IOException, ExecutionException, InterruptedException {
    // Comes first: Avro instantiates classes only after they were declared trustworthy, which the codec does for ours.
    var codec = new AvroCodec();
    var name = file.getFileName().toString();
    var documentId = Ids.documentId(knowledgeBaseId, name);
    var attributes = Attributes.newBuilder().setTitle(name).setAcl(Acl.newBuilder().build()).build();
    var content = InlineContent.newBuilder().setBytes(ByteBuffer.wrap(Files.readAllBytes(file))).build();
    var command = DocumentCommand.newBuilder().setTenantId(tenantId).setKnowledgeBaseId(knowledgeBaseId)
        .setDocumentId(documentId).setCommand(Upsert.newBuilder().setContent(content).setAttributes(attributes)
            .setExternalId(name).setFileName(name).build())
        .build();
    var topic = new TopicNames("selfrag.").of(PipelineTopic.DOCUMENTS);
    Map<String, Object> settings = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
        ProducerConfig.ACKS_CONFIG, "all", ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicNames.MAX_MESSAGE_BYTES);
    try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, documentId.toString(), codec.encode(command))).get();
    }
    return documentId;
  }
}
