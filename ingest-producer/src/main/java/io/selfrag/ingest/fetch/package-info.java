/** Downloads of documents from URLs that callers name, kept away from everything that is not public. */
@NullMarked
package io.selfrag.ingest.fetch;

import org.jspecify.annotations.NullMarked;
