package io.selfrag.chunker.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The header of a version whose content was not there: since when. */
final class MissingSince {
  static final String HEADER = "content-missing-since";

  private MissingSince() {}

  static Optional<Instant> of(Headers headers) {
    var header = headers.lastHeader(HEADER);
    return header == null
        ? Optional.empty()
        : Optional.of(Instant.parse(new String(header.value(), StandardCharsets.UTF_8)));
  }

  static Headers on(Headers headers, Instant since) {
    var with = new RecordHeaders(headers);
    with.remove(HEADER).add(HEADER, since.toString().getBytes(StandardCharsets.UTF_8));
    return with;
  }
}
