package io.selfrag.chunker.order;

import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.DocumentVersion;
import org.apache.avro.specific.SpecificRecord;

/** Something that follows from a command; where it is sent is the topology's business. */
public sealed interface Output {
  /** To be parsed and chunked, in the command's lane. */
  record Version(DocumentVersion version) implements Output {}

  /** For the sink, in the command's lane: a delete, a patch or an interrupt. */
  record Notice(SpecificRecord notice) implements Output {}

  /** A step on the document's timeline. */
  record Event(DocumentEvent event) implements Output {}

  /** A command to ourselves, in the bulk lane (S9). */
  record Command(DocumentCommand command) implements Output {}
}
