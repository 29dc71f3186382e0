package io.selfrag.ingest.http;

import static io.selfrag.ingest.Answers.invalid;
import static io.selfrag.ingest.Answers.ok;
import static io.selfrag.ingest.Answers.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.ingest.NothingBlocks;
import io.selfrag.ingest.Service;
import io.selfrag.ingest.Service.Answer;
import io.selfrag.ingest.Service.Tenant;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.avro.ContentReference;
import io.selfrag.schemas.avro.InlineContent;
import io.selfrag.schemas.avro.Upsert;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A file with its fields as a form. */
@ExtendWith(NothingBlocks.class)
class UploadIT {
  private static final int KB = 1024;
  @TempDir
  private static Path folder;
  private static Service service;
  private static Tenant tenant;

  @BeforeAll
  static void start() {
    service = new Service(Map.of("UPLOAD_TEMP_DIR", folder, "MAX_DOCUMENT_SIZE_MB", 3, "MAX_REQUEST_SIZE_MB", 5,
        "INTERACTIVE_MAX_BYTES", KB * KB));
    tenant = service.tenant();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void everyFieldOfADocumentIsAFieldOfTheForm() {
    var answer = ok(202, upload(field("title", "手册") + field("metadata", "{\"a\":[1]}") + field("source", "s")
        + field("external_id", "e-1") + field("sensitivity_level", "internal") + field("acl_users", "u")
        + field("acl_users", "v") + field("acl_roles", "[\"r\",\"q, s\"]") + field("acl_groups", "g, h")
        + field("wait", "0")
        + file("../../etc/手册.txt", "text/plain", "hello")));

    var id = Ids.documentId(tenant.knowledgeBase(), "e-1").toString();
    assertThat(answer.at("/document_id")).isEqualTo(id);
    var upsert = upsert(Lane.INTERACTIVE, id);
    assertThat(upsert.getAttributes().getTitle()).isEqualTo("手册");
    assertThat(upsert.getAttributes().getMetadata()).isEqualTo("{\"a\":[1]}");
    assertThat(upsert.getAttributes().getSource()).isEqualTo("s");
    assertThat(upsert.getAttributes().getAcl().getSensitivity()).hasToString("INTERNAL");
    assertThat(upsert.getAttributes().getAcl().getUsers()).containsExactly("u", "v");
    assertThat(upsert.getAttributes().getAcl().getRoles()).containsExactly("r", "q, s");
    assertThat(upsert.getAttributes().getAcl().getGroups()).containsExactly("g", "h");
    assertThat(upsert.getExternalId()).isEqualTo("e-1");
    assertThat(upsert.getFileName()).isEqualTo("手册.txt");
    assertThat(upsert.getMediaType()).isEqualTo("text/plain");
    assertThat(((InlineContent) upsert.getContent()).getBytes().remaining()).isEqualTo(5);
  }

  @Test
  void theFilesNameStandsInForATitle() {
    var id = ok(202, upload(file("notes.md", "text/markdown", "# hi"))).at("/document_id");

    assertThat(upsert(Lane.INTERACTIVE, id).getAttributes().getTitle()).isEqualTo("notes.md");
  }

  @Test
  void aFieldMayHaveAContentTypeOfItsOwn() {
    var id = ok(202,
        upload("--b\r\nContent-Disposition: form-data; name=\"metadata\"\r\nContent-Type: application/json\r\n\r\n"
            + "{\"a\":1}\r\n" + file("a.txt", "text/plain", "x")))
        .at("/document_id");

    assertThat(upsert(Lane.INTERACTIVE, id).getAttributes().getMetadata()).isEqualTo("{\"a\":1}");
  }

  @Test
  void s22UpToHalfAMebibyteTravelsInTheCommandAndMoreByReference() throws Exception {
    var small = new byte[512 * KB];
    var large = new byte[512 * KB + 1];
    large[7] = 42;

    var inline = ok(202, upload(part("file\"; filename=\"s", small))).at("/document_id");
    var stored = ok(202, upload(part("file\"; filename=\"l", large))).at("/document_id");

    assertThat(((InlineContent) upsert(Lane.INTERACTIVE, inline).getContent()).getBytes().remaining())
        .isEqualTo(small.length);
    var reference = (ContentReference) upsert(Lane.INTERACTIVE, stored).getContent();
    assertThat(reference.getSize()).isEqualTo(large.length);
    assertThat(reference.getSha256().bytes()).isEqualTo(MessageDigest.getInstance("SHA-256").digest(large));
    var back = service.open(service.request(tenant.readKey(), "/v1/documents/" + stored + "/content").GET().build(),
        BodyHandlers.ofByteArray());
    assertThat(back.body()).isEqualTo(large);
    assertThat(back.headers().firstValueAsLong("content-length")).hasValue(large.length);
    assertThat(back.headers().firstValue("content-disposition").orElse("")).startsWith("attachment; filename");
    assertThat(back.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    problem(service.get(tenant.readKey(), "/v1/documents/" + inline + "/content"), 409, "INVALID_STATUS");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void s22TheSameBytesAreStoredOnceAndTouched() throws Exception {
    var bytes = new byte[600 * KB];
    bytes[3] = 9;
    var hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    var row = " from contents where sha256 = '\\x" + hash + "' and tenant_id = '" + tenant.id() + "'";
    ok(202, upload(part("file\"; filename=\"a", bytes)));
    service.sql("update contents set referenced_at = now() - interval '3 days' where sha256 = '\\x" + hash + "'");

    ok(202, upload(part("file\"; filename=\"b", bytes)));

    assertThat(service.column("select referenced_at > now() - interval '1 minute'" + row)).containsExactly("t");
    assertThat(service.value("select count(*) from content_parts where sha256 = '\\x" + hash + "'")).isEqualTo("1");
  }

  @Test
  void s20WhatIsLargeTakesTheBulkLane() {
    var at = ok(202, upload(part("file\"; filename=\"a", new byte[KB * KB]))).at("/document_id");
    var above = ok(202, upload(part("file\"; filename=\"b", new byte[KB * KB + 1]))).at("/document_id");

    assertThat(service.commands(Lane.INTERACTIVE, at)).hasSize(1);
    assertThat(service.commands(Lane.BULK, above)).hasSize(1);
  }

  @Test
  void largerThanADocumentOrARequestMayBeIs413AndLeavesNothing() {
    problem(upload(part("file\"; filename=\"a", new byte[3 * KB * KB + 1])), 413, "PAYLOAD_TOO_LARGE");
    problem(upload(part("file\"; filename=\"a", new byte[5 * KB * KB])), 413, "PAYLOAD_TOO_LARGE");
    problem(service.upload(tenant.writeKey(), tenant.documents() + "/upload",
        BodyPublishers
            .ofInputStream(() -> new ByteArrayInputStream(part("file\"; filename=\"a", new byte[6 * KB * KB])))),
        413,
        "PAYLOAD_TOO_LARGE");
    problem(upload(field("metadata", "x".repeat(300 * KB)) + file("a", "text/plain", "x")), 413, "PAYLOAD_TOO_LARGE");
    await().untilAsserted(() -> assertThat(folder).isEmptyDirectory());
  }

  @Test
  void aWrongFormIsSaidToBe() {
    invalid(upload(field("title", "t")), "file");
    invalid(upload("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n"), "file");
    invalid(
        upload("--b\r\nContent-Disposition: form-data; name=\"file\"\r\nContent-Type: application/pdf\r\n\r\nx\r\n"),
        "file");
    invalid(
        upload("--b\r\nContent-Disposition: form-data; name=\"nope\"\r\nContent-Type: application/pdf\r\n\r\nx\r\n"),
        "nope");
    invalid(upload(file("a", "text/plain", "x") + file("b", "text/plain", "y")), "file");
    invalid(upload(field("nope", "1") + file("a", "text/plain", "x")), "nope");
    invalid(upload(field("title", "a") + field("title", "b") + file("a", "text/plain", "x")), "title");
    invalid(upload(field("metadata", "{") + file("a", "text/plain", "x")), "metadata");
    invalid(upload(field("acl_users", "[1]") + file("a", "text/plain", "x")), "acl_users");
    invalid(upload(field("document_id", "1-1-1-1-1") + file("a", "text/plain", "x")), "document_id");
    invalid(upload(field("wait", "soon") + file("a", "text/plain", "x")), "wait");
    invalid(upload(field("content", "c") + file("a", "text/plain", "x")), "content");
    invalid(upload(field("source_url", "http://x/") + file("a", "text/plain", "x")), "source_url");
    invalid(upload(field("title", "x".repeat(256)) + file("a", "text/plain", "x")), "title");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void anEmptyFileIsAnEmptyDocument() {
    problem(upload(file("a", "text/plain", "")), 422, "EMPTY_DOCUMENT");
  }

  @Test
  void aBrokenFormIsNoServerError() {
    assertThat(raw("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhalf").status())
        .isEqualTo(422);
    assertThat(raw("").status()).isEqualTo(422);
    assertThat(raw("nothing of a form").status()).isEqualTo(422);
    var without = service.exchange("POST", tenant.writeKey(), tenant.documents() + "/upload",
        BodyPublishers.ofString("x"), "Content-Type", "multipart/form-data").join();
    problem(without, 422, "VALIDATION_ERROR");
    problem(service.post(tenant.writeKey(), tenant.documents() + "/upload", "{}"), 415, "UNSUPPORTED_MEDIA_TYPE");
  }

  @Test
  void aFormOfEndlesslyManyPartsIsRefused() {
    problem(upload(field("acl_users", "u").repeat(600) + file("a", "text/plain", "x")), 422, "VALIDATION_ERROR");
  }

  @Test
  void s23AFormUnderAKeyIsTakenOnce() {
    var form = field("title", "t") + file("a", "text/plain", "same");

    var first = ok(202, upload(form, "Idempotency-Key", "upload-1"));
    var again = ok(202, upload(form, "Idempotency-Key", "upload-1"));

    assertThat(again.at("/document_id")).isEqualTo(first.at("/document_id"));
    assertThat(service.commands(Lane.INTERACTIVE, first.at("/document_id"))).hasSize(1);
    problem(upload(field("title", "t") + file("a", "text/plain", "other"), "Idempotency-Key", "upload-1"), 422,
        "IDEMPOTENCY_KEY_REUSED");
  }

  @Test
  void anUploadMayBelongToAnOpenJobOfItsKnowledgeBase() {
    var job = service.post(tenant.writeKey(), "/v1/ingest-jobs",
        "{\"knowledge_base_id\":\"" + tenant.knowledgeBase() + "\"}");
    var id = ok(201, job).at("/id");

    var document = ok(202, upload(field("job_id", id) + file("a", "text/plain", "x"))).at("/document_id");

    assertThat(service.commands(Lane.BULK, document)).singleElement()
        .satisfies(it -> assertThat(it.command().getJobId()).hasToString(id));
    assertThat(service.get(tenant.readKey(), "/v1/ingest-jobs/" + id).at("/total")).isEqualTo("1");
    problem(upload(field("job_id", UUID.randomUUID().toString()) + file("a", "text/plain", "x")), 404, "JOB_NOT_FOUND");
    ok(200, service.send("POST", tenant.writeKey(), "/v1/ingest-jobs/" + id + "/complete", null));
    problem(upload(field("job_id", id) + file("a", "text/plain", "x")), 404, "JOB_NOT_FOUND");
  }

  @Test
  void aKnowledgeBaseThatIsNotThereIsSaidBeforeTheFormIsRead() {
    problem(service.upload(tenant.writeKey(), "/v1/knowledge-bases/" + UUID.randomUUID() + "/documents/upload",
        BodyPublishers.ofString("--b\r\nnot a form")), 404, "KB_NOT_FOUND");
  }

  private static Upsert upsert(Lane lane, String id) {
    return (Upsert) service.commands(lane, id).getLast().command().getCommand();
  }

  private static Answer upload(String parts, String... headers) {
    return service.upload(tenant.writeKey(), tenant.documents() + "/upload",
        BodyPublishers.ofString(parts + "--b--\r\n"),
        headers);
  }

  private static Answer upload(byte[] part) {
    return service.upload(tenant.writeKey(), tenant.documents() + "/upload", BodyPublishers.ofByteArray(part));
  }

  private static Answer raw(String body) {
    return service.upload(tenant.writeKey(), tenant.documents() + "/upload", BodyPublishers.ofString(body));
  }

  private static String field(String name, String value) {
    return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
  }

  private static String file(String name, String type, String text) {
    return "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\nContent-Type: " + type
        + "\r\n\r\n" + text + "\r\n";
  }

  /** A whole form of one part. */
  private static byte[] part(String name, byte[] bytes) {
    var form = new ByteArrayOutputStream();
    form.writeBytes(("--b\r\nContent-Disposition: form-data; name=\"" + name
        + "\"\r\nContent-Type: application/octet-stream\r\n\r\n").getBytes(StandardCharsets.UTF_8));
    form.writeBytes(bytes);
    form.writeBytes("\r\n--b--\r\n".getBytes(StandardCharsets.UTF_8));
    return form.toByteArray();
  }

  /** The test's own folder is looked into, so it must be there. */
  @Test
  void theFolderIsMadeIfItIsNotThere() throws IOException {
    Files.deleteIfExists(folder);
    try {
      ok(202, upload(part("file\"; filename=\"a", new byte[600 * KB])));
    } finally {
      Files.createDirectories(folder);
    }
  }
}
