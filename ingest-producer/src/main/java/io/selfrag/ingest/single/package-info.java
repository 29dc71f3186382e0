/** One document at a time: its bytes taken in or fetched, then accepted. */
@NullMarked
package io.selfrag.ingest.single;

import org.jspecify.annotations.NullMarked;
