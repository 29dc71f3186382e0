/** Original bytes on their way in: small ones stay in memory, large ones go by a temporary file to the content store. */
@NullMarked
package io.selfrag.ingest.content;

import org.jspecify.annotations.NullMarked;
