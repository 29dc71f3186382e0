package io.selfrag.service.config;

import io.selfrag.catalog.DatabaseAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where lists and reports are read, if not where everything is decided.
 *
 * @param readUrl a replica of the database; null: there is none
 */
@ConfigurationProperties("selfrag.reports")
public record ReportSettings(@Nullable String readUrl) {
  public ReportSettings {
    readUrl = readUrl == null || readUrl.isBlank() ? null : readUrl;
    if (readUrl != null) {
      try {
        DatabaseAddress.parse(readUrl);
      } catch (IllegalArgumentException e) {
        throw new ConfigurationException("DATABASE_READ_URL", String.valueOf(e.getMessage()));
      }
    }
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "ReportSettings[" + (readUrl == null ? "" : DatabaseAddress.parse(readUrl)) + "]";
  }
}
