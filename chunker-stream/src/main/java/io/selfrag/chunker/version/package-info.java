/**
 * From a version of a document to its chunks: content, parser, chunker and models put together. Blocks; knows no Kafka.
 */
@NullMarked
package io.selfrag.chunker.version;

import org.jspecify.annotations.NullMarked;
