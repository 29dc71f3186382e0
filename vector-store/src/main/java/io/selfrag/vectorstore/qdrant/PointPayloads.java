package io.selfrag.vectorstore.qdrant;

import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.nullValue;
import static io.qdrant.client.ValueFactory.value;

import io.qdrant.client.PointIdFactory;
import io.qdrant.client.VectorFactory;
import io.qdrant.client.VectorOutputHelper;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.Vector;
import io.selfrag.vectorstore.AclTerms;
import io.selfrag.vectorstore.IndexTerms;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointAttributes;
import io.selfrag.vectorstore.SearchResult.Hit;
import io.selfrag.vectorstore.VersionKey;
import io.selfrag.vectorstore.analysis.SparseVector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How a point becomes Qdrant's point and back; the names of its vectors and payload keys. */
final class PointPayloads {
  static final String DENSE = "dense";
  static final String BM25 = "bm25";

  static final String TENANT = "tenant_id";
  static final String KNOWLEDGE_BASE = "knowledge_base_id";
  static final String DOCUMENT = "document_id";
  static final String GENERATION = "generation";
  static final String REVISION = "revision";
  static final String ATTEMPT = "attempt";
  static final String SENSITIVITY = "sensitivity";
  static final String LANGUAGE = "language";
  /** Terms of {@link AclTerms} and {@link IndexTerms}; the plain lists and metadata beside them are for people and for scrolls. */
  static final String ACL_TERMS = "acl_terms";
  static final String METADATA_TERMS = "metadata_terms";
  /**
   * Numbers as a list of pairs of field and value, which two indexes cover whatever fields a tenant's documents have: a server in
   * strict mode refuses a filter without an index.
   */
  static final String METADATA_NUMBERS = "metadata_numbers";
  static final String NUMBER_FIELD = "field";
  static final String NUMBER_VALUE = "value";

  /** Of which the point's words were made: written with them, and never without. */
  static final String TITLE = "title";

  private static final String ORDINAL = "ordinal";
  private static final String TEXT = "text";
  private static final String ACL_USERS = "acl_users";
  private static final String ACL_ROLES = "acl_roles";
  private static final String ACL_GROUPS = "acl_groups";
  private static final String METADATA = "metadata";

  private PointPayloads() {}

  static PointStruct of(Point point) {
    var vectors = new HashMap<String, Vector>();
    vectors.put(DENSE, VectorFactory.vector(point.vector()));
    SparseVector words = SparseVector.ofDocument(point.words());
    if (!words.isEmpty()) {
      vectors.put(BM25, VectorFactory.vector(floats(words.values()), integers(words.indices())));
    }
    VersionKey key = point.key();
    return PointStruct.newBuilder().setId(PointIdFactory.id(point.chunkId()))
        .setVectors(VectorsFactory.namedVectors(vectors)).putAllPayload(attributes(point.attributes()))
        .putPayload(TENANT, value(key.tenantId().toString()))
        .putPayload(KNOWLEDGE_BASE, value(key.knowledgeBaseId().toString()))
        .putPayload(DOCUMENT, value(key.documentId().toString())).putPayload(GENERATION, value((long) key.generation()))
        .putPayload(REVISION, value(key.revision())).putPayload(ATTEMPT, value((long) key.attempt()))
        .putPayload(ORDINAL, value((long) point.ordinal())).putPayload(TEXT, value(point.indexText()))
        .putPayload(TITLE, value(point.attributes().title())).build();
  }

  /** Every payload key that a change of attributes replaces, but the title. */
  static Map<String, Value> attributes(PointAttributes attributes) {
    IndexTerms terms = IndexTerms.of(attributes.metadata());
    List<Value> numbers = terms.numbers().stream().map(number -> value(
        Map.of(NUMBER_FIELD, value(numberField(number.field())), NUMBER_VALUE, value(number.value())))).toList();
    return Map.of(SENSITIVITY, value(attributes.sensitivity()), LANGUAGE, value(attributes.language()), ACL_USERS,
        strings(attributes.aclUsers()), ACL_ROLES, strings(attributes.aclRoles()), ACL_GROUPS,
        strings(attributes.aclGroups()), ACL_TERMS, strings(AclTerms.ofDocument(attributes)), METADATA,
        json(attributes.metadata()), METADATA_TERMS, strings(List.copyOf(terms.terms())), METADATA_NUMBERS,
        list(numbers));
  }

  static Hit hit(ScoredPoint point) {
    Map<String, Value> payload = point.getPayloadMap();
    return new Hit(UUID.fromString(point.getId().getUuid()), uuid(payload, DOCUMENT), uuid(payload, KNOWLEDGE_BASE),
        point.getScore());
  }

  static Point point(RetrievedPoint point) {
    Map<String, Value> payload = point.getPayloadMap();
    var dense = VectorOutputHelper.getDenseVector(point.getVectors().getVectors().getVectorsOrThrow(DENSE));
    float[] vector = new float[dense.getDataCount()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = dense.getData(i);
    }
    var key = new VersionKey(uuid(payload, TENANT), uuid(payload, KNOWLEDGE_BASE), uuid(payload, DOCUMENT),
        Math.toIntExact(field(payload, GENERATION).getIntegerValue()), field(payload, REVISION).getIntegerValue(),
        Math.toIntExact(field(payload, ATTEMPT).getIntegerValue()));
    var metadata = new LinkedHashMap<String, Object>();
    field(payload, METADATA).getStructValue().getFieldsMap().forEach((name, value) -> {
      Object plain = plain(value);
      if (plain != null) {
        metadata.put(name, plain);
      }
    });
    var attributes = new PointAttributes(title(point), field(payload, SENSITIVITY).getStringValue(),
        texts(payload, ACL_USERS),
        texts(payload, ACL_ROLES), texts(payload, ACL_GROUPS), field(payload, LANGUAGE).getStringValue(), metadata);
    return new Point(UUID.fromString(point.getId().getUuid()), key,
        Math.toIntExact(field(payload, ORDINAL).getIntegerValue()), vector, field(payload, TEXT).getStringValue(),
        attributes);
  }

  static String title(RetrievedPoint point) {
    return field(point.getPayloadMap(), TITLE).getStringValue();
  }

  /** What a numeric field is called beside its values: its term of existence, which has a bounded length. */
  static String numberField(String field) {
    return IndexTerms.existence(field);
  }

  static List<Float> floats(float[] values) {
    List<Float> boxed = new ArrayList<>(values.length);
    for (float value : values) {
      boxed.add(value);
    }
    return boxed;
  }

  static List<Integer> integers(int[] values) {
    List<Integer> boxed = new ArrayList<>(values.length);
    for (int value : values) {
      boxed.add(value);
    }
    return boxed;
  }

  private static Value json(@Nullable Object plain) {
    return switch (plain) {
      case null -> nullValue();
      case Boolean flag -> value(flag);
      case Float number -> value(number.doubleValue());
      case Double number -> value(number);
      case Number number -> value(number.longValue());
      case List<?> elements -> list(elements.stream().map(PointPayloads::json).toList());
      case Map<?, ?> fields -> {
        var struct = new LinkedHashMap<String, Value>();
        fields.forEach((name, inner) -> struct.put(String.valueOf(name), json(inner)));
        yield value(struct);
      }
      default -> value(plain.toString());
    };
  }

  private static @Nullable Object plain(Value value) {
    return switch (value.getKindCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> value.getBoolValue();
      case INTEGER_VALUE -> value.getIntegerValue();
      case DOUBLE_VALUE -> value.getDoubleValue();
      case LIST_VALUE -> {
        var elements = new ArrayList<@Nullable Object>();
        value.getListValue().getValuesList().forEach(element -> elements.add(plain(element)));
        yield elements;
      }
      case STRUCT_VALUE -> {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        value.getStructValue().getFieldsMap().forEach((name, inner) -> fields.put(name, plain(inner)));
        yield fields;
      }
      case NULL_VALUE, KIND_NOT_SET -> null;
    };
  }

  private static Value strings(List<String> texts) {
    return list(texts.stream().map(text -> value(text)).toList());
  }

  private static List<String> texts(Map<String, Value> payload, String key) {
    return field(payload, key).getListValue().getValuesList().stream().map(Value::getStringValue).toList();
  }

  private static UUID uuid(Map<String, Value> payload, String key) {
    return UUID.fromString(field(payload, key).getStringValue());
  }

  private static Value field(Map<String, Value> payload, String key) {
    return payload.getOrDefault(key, Value.getDefaultInstance());
  }
}
