package io.selfrag.ingest.accept;

import io.selfrag.schemas.Lane;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.avro.DocumentCommand;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Hands commands to the broker. */
public interface CommandSender {
  /**
   * Sends all and waits for all answers. Never blocks the caller's thread.
   *
   * @return for each command, in order, its failure, or empty once the brokers have it
   */
  Mono<List<Optional<SelfRagException>>> send(List<Addressed> commands, Map<String, String> headers);

  /** A command and the lane that it takes. */
  record Addressed(Lane lane, DocumentCommand command) {}
}
