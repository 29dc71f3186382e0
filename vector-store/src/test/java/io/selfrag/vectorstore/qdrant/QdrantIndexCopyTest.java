package io.selfrag.vectorstore.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.copy.CollectionCopy;
import io.selfrag.vectorstore.copy.CopiedFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes over the wire when collections are copied, held without a Qdrant. */
class QdrantIndexCopyTest {
  private static final String NAME = "selfrag_model_384";
  private static final String SNAPSHOT = NAME + "-1-2026.snapshot";
  private static final String COUNT = "POST /collections/" + NAME + "/points/count";

  @TempDir
  Path folder;

  private QdrantRestStub server;
  private QdrantIndexCopy copy;

  @BeforeEach
  void open() throws IOException {
    server = new QdrantRestStub("/proxied/qdrant");
    copy = new QdrantIndexCopy(URI.create(server.url() + "/"), "secret-key");
  }

  @AfterEach
  void close() {
    copy.close();
    server.close();
  }

  @Test
  void aSnapshotIsMadeLoadedAndRemovedFromTheServer() throws IOException {
    server.collection(NAME, "tar of points");
    server.collection("somebody_elses", "tar");
    assertThat(copy.collections()).containsExactly(NAME);

    var taken = copy.save(NAME, folder).orElseThrow();

    var file = folder.resolve(NAME + ".snapshot");
    assertThat(taken).isEqualTo(new CollectionCopy(NAME, 384, 7L, List.of(CopiedFile.of(file))));
    assertThat(file).hasContent("tar of points");
    assertThat(server.snapshots()).isEmpty();
    assertThat(server.calls()).extracting(QdrantRestStub.Call::line).contains(
        "POST /collections/" + NAME + "/snapshots?wait=true",
        "GET /collections/" + NAME + "/snapshots/" + SNAPSHOT,
        "DELETE /collections/" + NAME + "/snapshots/" + SNAPSHOT + "?wait=true");
    assertThat(server.calls()).allSatisfy(it -> assertThat(it.apiKey()).isEqualTo("secret-key"));
    assertThat(copy.save("selfrag_gone_8", folder)).isEmpty();
  }

  @Test
  void aSnapshotIsSentBackAsAFormWithItsChecksumAndTheServersCopyIsRemoved() throws IOException {
    var file = Files.writeString(folder.resolve(NAME + ".snapshot"), "tar of points");
    var copied = CopiedFile.of(file);

    copy.restore(new CollectionCopy(NAME, 384, 7L, List.of(copied)), folder);

    assertThat(server.collections()).containsExactlyEntriesOf(java.util.Map.of(NAME, "tar of points"));
    assertThat(server.snapshots()).as("what was uploaded does not stay").isEmpty();
    var upload = server.calls().stream().filter(it -> it.line().contains("/upload")).findFirst().orElseThrow();
    assertThat(upload.line()).isEqualTo("POST /collections/" + NAME
        + "/snapshots/upload?wait=true&priority=snapshot&checksum=" + copied.sha256());
    assertThat(upload.type()).startsWith("multipart/form-data; boundary=");
    var boundary = upload.type().substring("multipart/form-data; boundary=".length());
    assertThat(upload.body()).isEqualTo("--" + boundary + "\r\nContent-Disposition: form-data; name=\"snapshot\";"
        + " filename=\"selfrag-restored.snapshot\"\r\nContent-Type: application/octet-stream\r\n\r\ntar of points\r\n--"
        + boundary + "--\r\n");
    assertThat(copy.points(NAME)).isEqualTo(7);
    copy.remove(NAME);
    assertThat(server.collections()).isEmpty();
    assertThat(copy.points(NAME)).isZero();
  }

  @Test
  void theSnapshotIsRemovedEvenWhereItDoesNotComeWhole() {
    server.collection(NAME, "tar of points");
    server.always("POST /collections/" + NAME + "/snapshots?wait=true",
        "200 {\"result\":{\"name\":\"" + SNAPSHOT + "\",\"size\":3,\"checksum\":\"" + "0".repeat(64) + "\"}}");
    server.always("GET /collections/" + NAME + "/snapshots/" + SNAPSHOT, "200 cut");

    assertThatThrownBy(() -> copy.save(NAME, folder)).isInstanceOf(SelfRagException.class)
        .hasMessageContaining("did not come whole");

    assertThat(server.calls().getLast().line()).startsWith("DELETE /collections/" + NAME + "/snapshots/");
  }

  @Test
  void aCollectionThatIsOnSeveralNodesIsNotCopied() {
    server.collection(NAME, "tar");
    server.always("GET /collections/" + NAME + "/cluster",
        "200 {\"result\":{\"shard_count\":2,\"local_shards\":[{\"shard_id\":1}],\"remote_shards\":[{\"shard_id\":0}]}}");
    server.always("GET /cluster", "200 {\"result\":{\"status\":\"enabled\",\"peers\":{\"1\":{},\"2\":{}}}}");

    assertThatThrownBy(() -> copy.save(NAME, folder)).hasMessageContaining("Other nodes have a part of " + NAME)
        .hasMessageContaining("--no-index");
    assertThatThrownBy(() -> copy.restore(new CollectionCopy(NAME, 384, 7L, List.of()), folder))
        .hasMessageContaining("cluster of several nodes").hasMessageContaining("--no-index");
    assertThat(server.calls()).noneMatch(it -> it.line().contains("/snapshots"));
  }

  @Test
  void pointsThatWereNotTheSameBeforeAndAfterAreNotStated() throws IOException {
    server.collection(NAME, "tar");
    var counts = new java.util.concurrent.atomic.AtomicInteger();
    server.each(COUNT, () -> "200 {\"result\":{\"count\":" + counts.incrementAndGet() + "}}");

    assertThat(copy.save(NAME, folder).orElseThrow().points()).isNull();
  }

  @Test
  void onlyTheSameMinorVersionTakesASnapshotBack() {
    assertThat(copy.version()).isEqualTo("1.16.1");
    assertThat(copy.reads("1.16.0")).isTrue();
    assertThat(copy.reads("1.16.2")).isFalse();
    assertThat(copy.reads("1.15.1")).isFalse();
    assertThat(copy.reads("")).isFalse();
  }

  @Test
  void everyFailureIsAnUnavailableStoreInWords() throws IOException {
    server.always("GET /collections", "401 Must provide an API key");
    assertThatThrownBy(copy::collections)
        .isInstanceOfSatisfying(SelfRagException.class,
            it -> assertThat(it.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE))
        .hasMessage("Qdrant at " + server.url() + " refuses the key in QDRANT_API_KEY (GET /collections)");
    server.always("GET /collections", "500 {\"status\":{\"error\":\"disk full\"}}");
    assertThatThrownBy(copy::collections).hasMessageContaining("answers 500: ").hasMessageContaining("disk full");
    server.always("GET /collections", "200 <html>");
    assertThatThrownBy(copy::collections).hasMessageContaining("must name the REST port");
    try (var slow = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var rest = new QdrantRest(URI.create("http://127.0.0.1:" + slow.getLocalPort()), null,
            Duration.ofMillis(300))) {
      assertThatThrownBy(() -> rest.get("/")).hasMessageContaining("has not answered within 0 s");
    }
  }
}
