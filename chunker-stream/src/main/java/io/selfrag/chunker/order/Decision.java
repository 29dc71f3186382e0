package io.selfrag.chunker.order;

import io.selfrag.schemas.avro.DocumentState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows from one command.
 *
 * @param state what is known of the document then; null if still nothing
 * @param outputs in the order in which they are to be sent
 */
public record Decision(@Nullable DocumentState state, List<Output> outputs) {
  public Decision {
    outputs = List.copyOf(outputs);
  }

  static Decision nothing(@Nullable DocumentState before) {
    return new Decision(before, List.of());
  }
}
