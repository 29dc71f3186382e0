/**
 * Producers, consumers, topics, dead letters and the outbox relay, set up the same way in every service.
 */
@NullMarked
package io.selfrag.service.kafka;

import org.jspecify.annotations.NullMarked;
