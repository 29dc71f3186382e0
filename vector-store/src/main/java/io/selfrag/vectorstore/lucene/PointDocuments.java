package io.selfrag.vectorstore.lucene;

import io.selfrag.vectorstore.AclTerms;
import io.selfrag.vectorstore.IndexTerms;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointAttributes;
import io.selfrag.vectorstore.SearchResult.Hit;
import io.selfrag.vectorstore.VersionKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.BinaryPoint;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;
import org.apache.lucene.util.StringHelper;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How a point becomes a Lucene document and back; the names and encodings of all fields. */
final class PointDocuments {
  static final String ID = "id";
  static final String TENANT = "tenant";
  static final String KNOWLEDGE_BASE = "knowledge_base";
  static final String SCOPE = "scope";
  static final String DOCUMENT = "document";
  static final String VERSION = "version";
  static final String SENSITIVITY = "sensitivity";
  static final String ACL = "acl";
  static final String METADATA = "metadata";
  static final String NUMBERS = "numbers";
  static final String VECTOR = "vector";
  static final String TEXT = "text";

  /** Document and knowledge base of a hit, read without touching stored fields. */
  private static final String OWNER = "owner";
  /** Everything but the vector, which the vector field itself gives back. */
  private static final String STORED = "stored";

  private static final FieldType TEXT_TYPE = textType();
  private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();

  private PointDocuments() {}

  private record StoredPoint(UUID chunkId, VersionKey key, int ordinal, String indexText, PointAttributes attributes) {}

  static Document of(Point point) {
    VersionKey key = point.key();
    PointAttributes attributes = point.attributes();
    var document = new Document();
    document.add(new StringField(ID, bytes(point.chunkId()), Field.Store.NO));
    document.add(new SortedDocValuesField(ID, bytes(point.chunkId())));
    document.add(new BinaryDocValuesField(OWNER, bytes(key.documentId(), key.knowledgeBaseId())));
    document.add(new StringField(TENANT, bytes(key.tenantId()), Field.Store.NO));
    document.add(new StringField(KNOWLEDGE_BASE, bytes(key.knowledgeBaseId()), Field.Store.NO));
    document.add(new StringField(SCOPE, scope(key.knowledgeBaseId(), key.generation()), Field.Store.NO));
    document.add(new StringField(DOCUMENT, bytes(key.documentId()), Field.Store.NO));
    document.add(new BinaryPoint(VERSION, version(key.revision(), key.attempt())));
    document.add(new StringField(SENSITIVITY, attributes.sensitivity(), Field.Store.NO));
    AclTerms.ofDocument(attributes).forEach(term -> document.add(new StringField(ACL, term, Field.Store.NO)));
    IndexTerms metadata = IndexTerms.of(attributes.metadata());
    metadata.terms().forEach(term -> document.add(new StringField(METADATA, term, Field.Store.NO)));
    metadata.numbers().forEach(number -> document.add(
        new LongPoint(NUMBERS, fieldHash(number.field()), NumericUtils.doubleToSortableLong(number.value()))));
    document.add(new KnnFloatVectorField(VECTOR, point.vector(), VectorSimilarityFunction.DOT_PRODUCT));
    document.add(new Field(TEXT, point.words(), TEXT_TYPE));
    document.add(new StoredField(STORED, JSON.writeValueAsBytes(
        new StoredPoint(point.chunkId(), key, point.ordinal(), point.indexText(), attributes))));
    return document;
  }

  /** The term by which a point is replaced. */
  static Term idTerm(UUID chunkId) {
    return new Term(ID, bytes(chunkId));
  }

  /** Rebuilds a whole point, bit for bit. */
  static Point point(LeafReaderContext leaf, int documentOfLeaf) throws IOException {
    BytesRef json = leaf.reader().storedFields().document(documentOfLeaf).getBinaryValue(STORED);
    var vectors = leaf.reader().getFloatVectorValues(VECTOR);
    var position = vectors.iterator();
    if (position.advance(documentOfLeaf) != documentOfLeaf) {
      throw new IOException("a document of the index has no vector");
    }
    float[] vector = vectors.vectorValue(position.index()).clone();
    var stored = JSON.readValue(json.bytes, json.offset, json.length, StoredPoint.class);
    return new Point(stored.chunkId(), stored.key(), stored.ordinal(), vector, stored.indexText(), stored.attributes());
  }

  static Hit hit(LeafReaderContext leaf, int documentOfLeaf, float score) throws IOException {
    var ids = leaf.reader().getSortedDocValues(ID);
    var owners = leaf.reader().getBinaryDocValues(OWNER);
    if (!ids.advanceExact(documentOfLeaf) || !owners.advanceExact(documentOfLeaf)) {
      throw new IOException("a document of the index has no id");
    }
    BytesRef id = ids.lookupOrd(ids.ordValue());
    BytesRef owner = owners.binaryValue();
    return new Hit(uuid(id, 0), uuid(owner, 0), uuid(owner, 16), score);
  }

  static BytesRef bytes(UUID... ids) {
    ByteBuffer buffer = ByteBuffer.allocate(16 * ids.length);
    for (UUID id : ids) {
      buffer.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }
    return new BytesRef(buffer.array());
  }

  static BytesRef scope(UUID knowledgeBaseId, int generation) {
    return new BytesRef(ByteBuffer.allocate(20).putLong(knowledgeBaseId.getMostSignificantBits())
        .putLong(knowledgeBaseId.getLeastSignificantBits()).putInt(generation).array());
  }

  /** Bytes whose unsigned order is that of (revision, attempt). */
  static byte[] version(long revision, int attempt) {
    byte[] packed = new byte[Long.BYTES + Integer.BYTES];
    NumericUtils.longToSortableBytes(revision, packed, 0);
    NumericUtils.intToSortableBytes(attempt, packed, Long.BYTES);
    return packed;
  }

  /**
   * A metadata field's first coordinate among the numbers. One two-dimensional field instead of a Lucene field per key, which
   * documents with free keys would multiply without bound.
   */
  static long fieldHash(String field) {
    long[] hash = StringHelper.murmurhash3_x64_128(new BytesRef(field.getBytes(StandardCharsets.UTF_8)));
    return hash[0];
  }

  static UUID uuid(BytesRef bytes, int offset) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes.bytes, bytes.offset + offset, 16);
    return new UUID(buffer.getLong(), buffer.getLong());
  }

  private static FieldType textType() {
    var type = new FieldType(TextField.TYPE_NOT_STORED);
    // No phrase queries: positions would only cost space.
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    type.freeze();
    return type;
  }
}
