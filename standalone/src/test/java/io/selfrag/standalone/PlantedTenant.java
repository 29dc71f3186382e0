package io.selfrag.standalone;

import io.selfrag.standalone.RoutesWorld.Things;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The other tenant's: a word that stands in all that it wrote, and the ids of what it has.
 *
 * @param ids of its tenant, a knowledge base, a document, a chunk, a conversation, a job and a key; these are sent
 * @param unsent of what is beside them, which nobody can know
 */
record PlantedTenant(RoutesWorld world, Things things, String marker, String externalId, List<String> ids,
    List<String> unsent, List<String> paths) {

  static PlantedTenant in(RoutesWorld world) {
    var things = world.others();
    var marker = "zebrafinch" + UUID.randomUUID().toString().substring(0, 8);
    var externalId = "external-" + marker;
    // What it made under an Idempotency-Key is another place to look for it.
    var key = with(things, "Idempotency-Key", marker);
    var base = RoutesWorld.id(world.made("/v1/knowledge-bases",
        "{\"name\": \"" + marker + "\", \"description\": \"" + marker + "\"}", key));
    var document = world.made("/v1/knowledge-bases/" + base + "/documents",
        """
            {"title": "%1$s", "content": "%1$s is a heron", "metadata": {"marker": "%1$s"}, "source": "%1$s",
             "external_id": "%2$s", "wait": 60}"""
            .formatted(marker, externalId),
        key).path("document_id").asString();
    var own = RoutesWorld.bearer(things.adminKey());
    var beside = world.made("/v1/knowledge-bases/" + base + "/documents",
        "{\"title\": \"%1$s\", \"content\": \"%1$s is another heron\", \"wait\": 60}".formatted(marker), own)
        .path("document_id").asString();
    var talk = RoutesWorld.id(world.made("/v1/conversations",
        "{\"title\": \"%s\", \"knowledge_base_ids\": [\"%s\"]}".formatted(marker, base), own));
    world.send("POST", "/v1/conversations/" + talk + "/messages", "{\"content\": \"What is " + marker + "?\"}",
        "application/json", own);
    var job = RoutesWorld.id(world.made("/v1/ingest-jobs", "{\"knowledge_base_id\": \"" + base + "\"}", own));
    var apiKey = RoutesWorld.id(world.made("/v1/api-keys", "{\"name\": \"" + marker + "\"}", key));
    var chunk = world.send("GET", "/v1/documents/" + document + "/chunks", "", "", own).json().at("/items/0/id")
        .asString();
    return new PlantedTenant(world, things, marker, externalId,
        Stream.of(things.tenant(), base, document, chunk, talk, job, apiKey).map(Object::toString).toList(),
        List.of(beside, things.knowledgeBase().toString(), things.document().toString()),
        List.of("/v1/knowledge-bases/" + base, "/v1/knowledge-bases/" + base + "/documents",
            "/v1/documents/" + document, "/v1/documents/" + document + "/chunks",
            "/v1/documents/" + document + "/content", "/v1/conversations/" + talk, "/v1/ingest-jobs/" + job));
  }

  private static String[] with(Things things, String name, String value) {
    return Stream.concat(Stream.of(RoutesWorld.bearer(things.adminKey())), Stream.of(name, value))
        .toArray(String[]::new);
  }

  /** All of it as the tenant itself sees it. */
  List<String> state() {
    return paths.stream()
        .map(it -> world.send("GET", it, "", "", RoutesWorld.bearer(things.adminKey())).text()).toList();
  }
}
