/** What this service says to the broker and asks of it. */
@NullMarked
package io.selfrag.ingest.kafka;

import org.jspecify.annotations.NullMarked;
