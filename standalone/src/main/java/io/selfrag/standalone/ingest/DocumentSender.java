package io.selfrag.standalone.ingest;

import io.selfrag.standalone.client.ApiClient;
import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.UUID;

/** Sends a file as a document of a job. */
final class DocumentSender implements Uploads.Sender {
  private static final int LONGEST_TITLE = 255;

  private final ApiClient api;
  private final UUID knowledgeBase;
  private final String job;
  private final FolderScan scan;

  DocumentSender(ApiClient api, UUID knowledgeBase, String job, FolderScan scan) {
    this.api = api;
    this.knowledgeBase = knowledgeBase;
    this.job = job;
    this.scan = scan;
  }

  @Override
  public void send(Path file) throws FileNotFoundException {
    var id = scan.externalId(file);
    var fields = new LinkedHashMap<String, String>();
    fields.put("title", id.substring(Math.max(0, id.length() - LONGEST_TITLE)));
    fields.put("external_id", id);
    fields.put("source", id);
    fields.put("job_id", job);
    api.upload("/v1/knowledge-bases/" + knowledgeBase + "/documents/upload", fields, file);
  }
}
