package io.selfrag.indexer;

import io.selfrag.service.config.ConfigurationException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the sink works.
 *
 * @param consumers of each lane
 * @param batchRecords most embedded chunks of a batch
 * @param projectors consumers of the timeline
 * @param keepVectors whether vectors are kept in PostgreSQL, so that the index can be rebuilt without embedding (S15)
 * @param purgeInterval how often purges are looked for
 * @param purgeRepeat when a purge is repeated: longer than a writer that lost its partitions may live (S13)
 * @param refreshInterval how often changed attributes are looked for, to be copied into the vector store
 * @param deadlineInterval how often open revisions past their deadline are looked at
 * @param isolationInterval how often tenants are looked for whose points are to be moved (S26)
 * @param isolationAutoThreshold from how many points on a tenant of the strategy auto has collections of its own; below half of it it
 *        goes back
 * @param reindexInterval how often reindexings are looked for that can come further (S19)
 */
@ConfigurationProperties("selfrag.indexer")
public record IndexerSettings(@DefaultValue("2") int consumers, @DefaultValue("500") int batchRecords,
    @DefaultValue("2") int projectors, @DefaultValue("true") boolean keepVectors,
    @DefaultValue("1s") Duration purgeInterval, @DefaultValue("60s") Duration purgeRepeat,
    @DefaultValue("500ms") Duration refreshInterval, @DefaultValue("30s") Duration deadlineInterval,
    @DefaultValue("1s") Duration isolationInterval, @DefaultValue("100000") long isolationAutoThreshold,
    @DefaultValue("500ms") Duration reindexInterval) {
  public IndexerSettings {
    require(consumers >= 1 && consumers <= 64, "INDEXER_CONSUMERS", "must be between 1 and 64");
    require(batchRecords >= 1 && batchRecords <= 5000, "INDEXER_BATCH_RECORDS", "must be between 1 and 5000");
    require(projectors >= 1 && projectors <= 64, "INDEXER_PROJECTORS", "must be between 1 and 64");
    require(purgeInterval.isPositive(), "PURGE_INTERVAL", "must be longer than nothing, such as 1s");
    require(purgeRepeat.isPositive(), "PURGE_REPEAT", "must be longer than nothing, such as 60s");
    require(refreshInterval.isPositive(), "REFRESH_INTERVAL", "must be longer than nothing, such as 500ms");
    require(deadlineInterval.isPositive(), "DEADLINE_INTERVAL", "must be longer than nothing, such as 30s");
    require(isolationInterval.isPositive(), "ISOLATION_INTERVAL", "must be longer than nothing, such as 1s");
    require(reindexInterval.isPositive(), "REINDEX_INTERVAL", "must be longer than nothing, such as 500ms");
    require(isolationAutoThreshold >= 1, "ISOLATION_AUTO_THRESHOLD", "must be at least 1");
  }

  private static void require(boolean holds, String setting, String problem) {
    if (!holds) {
      throw new ConfigurationException(setting, problem);
    }
  }
}
