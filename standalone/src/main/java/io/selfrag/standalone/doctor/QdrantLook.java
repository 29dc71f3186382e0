package io.selfrag.standalone.doctor;

import io.selfrag.standalone.client.JsonPages;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Qdrant's views of its cluster and of each collection. */
record QdrantLook(JsonPages qdrant) implements Look {
  private static final String CLUSTER = "Qdrant cluster";
  private static final String COLLECTION = "Qdrant collection";

  @Override
  public String what() {
    return "Qdrant";
  }

  @Override
  public List<Finding> findings() throws Exception {
    var findings = new ArrayList<Finding>();
    findings.add(cluster(qdrant.get("/cluster").path("result")));
    var collections = qdrant.get("/collections").path("result").path("collections");
    for (JsonNode it : collections) {
      var name = it.path("name").asString("");
      findings.add(collection(name, qdrant.get("/collections/" + name).path("result")));
    }
    if (collections.isEmpty()) {
      findings.add(Finding.ok(COLLECTION, "none yet; the first document makes one"));
    }
    return findings;
  }

  private static Finding cluster(JsonNode cluster) {
    if (!"enabled".equals(cluster.path("status").asString(""))) {
      return Finding.ok(CLUSTER, "one node");
    }
    int peers = cluster.path("peers").size();
    var raft = cluster.path("raft_info");
    int failing = cluster.path("message_send_failures").size();
    var consensus = cluster.path("consensus_thread_status").path("consensus_thread_status").asString("working");
    return Finding.of(CLUSTER, raft.path("leader").isNull() || !consensus.equals("working"), failing > 0,
        peers + " nodes, consensus " + consensus + (raft.path("leader").isNull() ? ", no leader" : "")
            + (failing > 0 ? ", messages fail to " + failing : ""),
        "look at the node that does not answer; writes wait while a replica is away");
  }

  private static Finding collection(String name, JsonNode it) {
    var status = it.path("status").asString("");
    var optimizer = it.path("optimizer_status");
    boolean broken = optimizer.isObject() && optimizer.has("error");
    long points = it.path("points_count").asLong();
    var said = name + ": " + status + ", " + points + " points, " + it.path("segments_count").asLong() + " segments"
        + (broken ? ", optimizer: " + optimizer.path("error").asString("") : "");
    return Finding.of(COLLECTION, status.equals("red") || broken, status.equals("yellow") || status.equals("grey"),
        said,
        status.equals("red") || broken
            ? "look into Qdrant's log and at its disk; selfrag rebuild-index writes the points anew from PostgreSQL"
            : "it optimizes; look again later, and at its CPU and memory if it stays so");
  }
}
