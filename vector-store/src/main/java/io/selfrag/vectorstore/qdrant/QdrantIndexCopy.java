package io.selfrag.vectorstore.qdrant;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.CollectionNames;
import io.selfrag.vectorstore.copy.CollectionCopy;
import io.selfrag.vectorstore.copy.CopiedFile;
import io.selfrag.vectorstore.copy.IndexCopy;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Copies collections by Qdrant's snapshots: made on the server, loaded from it, removed there. A snapshot holds what one node has,
 * so that it is a copy only where one node has everything; of a cluster none is taken. Qdrant takes a snapshot back only at the
 * same minor version.
 */
public final class QdrantIndexCopy implements IndexCopy {
  /** Of each step with one collection: making a snapshot, loading it, taking it back. */
  private static final Duration LIMIT = Duration.ofHours(1);
  private static final String CLUSTER = " Qdrant's snapshots are of one node each: leave the index out with --no-index,"
      + " PostgreSQL gives it back.";

  private final QdrantRest rest;

  /** @param url {@code QDRANT_URL}, of the REST interface; connects with the first call, not here */
  public QdrantIndexCopy(URI url, @Nullable String apiKey) {
    this.rest = new QdrantRest(url, apiKey, LIMIT);
  }

  @Override
  public String store() {
    return "qdrant";
  }

  @Override
  public String version() {
    return rest.get("/").map(it -> it.path("version").asString("")).orElse("");
  }

  @Override
  public boolean reads(String version) {
    var here = version().split("[.-]");
    var there = version.split("[.-]");
    try {
      return here.length >= 3 && there.length >= 3 && here[0].equals(there[0]) && here[1].equals(there[1])
          && Integer.parseInt(here[2]) >= Integer.parseInt(there[2]);
    } catch (NumberFormatException _) {
      return false;
    }
  }

  @Override
  public List<String> collections() {
    return rest.get("/collections").stream().flatMap(it -> it.path("collections").valueStream())
        .map(it -> it.path("name").asString("")).filter(CollectionNames::isOurs).sorted().toList();
  }

  @Override
  public long points(String collection) {
    return rest.post("/collections/" + collection + "/points/count", Map.of("exact", true))
        .map(it -> it.path("count").asLong()).orElse(0L);
  }

  /** A snapshot on the server, which keeps it until it is told to remove it. */
  private final class ServerSnapshot implements AutoCloseable {
    private final String path;
    private final String checksum;

    ServerSnapshot(String collection, JsonNode made) {
      path = path(collection, made.path("name").asString(""));
      checksum = made.path("checksum").asString("");
    }

    CopiedFile load(Path file) throws IOException {
      if (!rest.download(path, file)) {
        throw unavailable("Qdrant has lost a snapshot that it has just made: " + path + ".");
      }
      var copied = CopiedFile.of(file);
      if (!checksum.isEmpty() && !checksum.equalsIgnoreCase(copied.sha256())) {
        throw unavailable("A snapshot did not come whole from Qdrant: " + path + ".");
      }
      return copied;
    }

    @Override
    public void close() {
      rest.delete(path + "?wait=true");
    }
  }

  @Override
  public Optional<CollectionCopy> save(String collection, Path to) throws IOException {
    var settings = rest.get("/collections/" + collection);
    if (settings.isEmpty()) {
      return Optional.empty();
    }
    requireWhole(collection);
    long before = points(collection);
    var made = rest.post("/collections/" + collection + "/snapshots?wait=true", Map.of());
    if (made.isEmpty()) {
      return Optional.empty();
    }
    try (var snapshot = new ServerSnapshot(collection, made.get())) {
      long after = points(collection);
      var file = snapshot.load(to.resolve(collection + ".snapshot"));
      int dimension = settings.get().path("config").path("params").path("vectors").path(PointPayloads.DENSE)
          .path("size").asInt();
      return Optional
          .of(new CollectionCopy(collection, dimension, before == after ? Long.valueOf(before) : null, List.of(file)));
    }
  }

  /** This node must have each shard itself. */
  private void requireWhole(String collection) {
    var cluster = rest.get("/collections/" + collection + "/cluster");
    var here = new HashSet<Integer>();
    cluster.ifPresent(it -> it.path("local_shards").forEach(shard -> here.add(shard.path("shard_id").asInt())));
    if (cluster.isPresent() && here.size() < cluster.get().path("shard_count").asInt()) {
      throw unavailable("Other nodes have a part of " + collection + "." + CLUSTER);
    }
  }

  @Override
  public void restore(CollectionCopy copy, Path from) throws IOException {
    if (rest.get("/cluster").filter(it -> it.path("peers").size() > 1).isPresent()) {
      throw unavailable("Qdrant is a cluster of several nodes." + CLUSTER);
    }
    var name = "selfrag-restored.snapshot";
    for (CopiedFile file : copy.files()) {
      var path = "/collections/" + copy.collection() + "/snapshots/upload?wait=true&priority=snapshot&checksum="
          + file.sha256();
      if (rest.upload(path, "snapshot", from.resolve(file.name()), name).isEmpty()) {
        throw unavailable("Qdrant takes no snapshot of " + copy.collection() + ".");
      }
      // The server keeps what was sent to it, beside the collection that was made of it.
      rest.delete(path(copy.collection(), name) + "?wait=true");
    }
  }

  @Override
  public void remove(String collection) {
    rest.delete("/collections/" + collection);
  }

  /** Names of the snapshots that the server keeps of a collection. */
  List<String> snapshots(String collection) {
    return rest.get("/collections/" + collection + "/snapshots").stream().flatMap(JsonNode::valueStream)
        .map(it -> it.path("name").asString("")).toList();
  }

  private static String path(String collection, String snapshot) {
    return "/collections/" + collection + "/snapshots/"
        + URLEncoder.encode(snapshot, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static SelfRagException unavailable(String sentence) {
    return new SelfRagException(ErrorCode.STORE_UNAVAILABLE, sentence);
  }

  @Override
  public void close() {
    rest.close();
  }
}
