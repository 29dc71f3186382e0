package io.selfrag.bench.measure;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.system.SystemAccess;
import io.selfrag.bench.workload.Place;
import java.util.ArrayList;
import java.util.Random;

/** Documents of words by Zipf's law, the same in every run, for measurements that need many chunks and no meaning. */
final class SyntheticChunks {
  private static final int VOCABULARY = 50_000;
  private static final int PARAGRAPHS = 20;
  private static final int WORDS = 230;
  private static final int DOCUMENTS_A_BATCH = 500;

  private SyntheticChunks() {}

  /**
   * Sends documents and waits for each batch until the knowledge base holds at least so many chunks.
   *
   * @return chunks it holds then
   */
  static long fill(SystemAccess system, Place place, Api api, int chunks) {
    long held = 0;
    int document = 0;
    while (held < chunks) {
      var lines = new ArrayList<byte[]>();
      for (int i = 0; i < DOCUMENTS_A_BATCH; i++) {
        int id = document++;
        lines.add(BulkSend.line("synthetic-" + id, "synthetic " + id, text(new Random(id))));
      }
      BulkSend.run(system, place, lines);
      held = api.get("/v1/knowledge-bases/" + place.knowledgeBaseId()).orThrow().body().path("chunk_count").asLong();
    }
    return held;
  }

  private static String text(Random random) {
    var text = new StringBuilder();
    for (int p = 0; p < PARAGRAPHS; p++) {
      text.append(words(random, WORDS)).append(".\n\n");
    }
    return text.toString();
  }

  /** Words of which the rarer a word is, the rarer it comes: roughly one over its rank. */
  static String words(Random random, int count) {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      int rank = (int) Math.pow(VOCABULARY, random.nextDouble());
      text.append(i == 0 ? "" : " ").append('w').append(Integer.toString(rank, 36));
    }
    return text.toString();
  }
}
