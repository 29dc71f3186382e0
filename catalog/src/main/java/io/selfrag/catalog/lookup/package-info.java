/**
 * What ordering and splitting ask of the catalog: knowledge bases with their open generations, and the reservation of
 * documents that came straight from Kafka.
 */
@NullMarked
package io.selfrag.catalog.lookup;

import org.jspecify.annotations.NullMarked;
