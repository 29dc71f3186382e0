/**
 * The real servers of one machine: a Kafka broker inside this JVM, PostgreSQL and Redis as its child processes, each
 * over one folder that survives restarts and kills. The standalone system runs on them, and so does every integration
 * test. Knows no framework. All of them listen on the loopback address only.
 */
@NullMarked
package io.selfrag.servers;

import org.jspecify.annotations.NullMarked;
