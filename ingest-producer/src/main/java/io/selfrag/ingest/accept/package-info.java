/**
 * Acceptance: a batch is recorded, sent, confirmed. A document that was answered with success is with the brokers; one whose
 * answer was lost can be sent again under the same id.
 */
@NullMarked
package io.selfrag.ingest.accept;

import org.jspecify.annotations.NullMarked;
