/**
 * What travels on the wire: Avro records, their serde, the topic catalogue, error codes and deterministic ids. Knows no
 * framework.
 */
@NullMarked
package io.selfrag.schemas;

import org.jspecify.annotations.NullMarked;
