/** The routes of documents and ingest jobs, and the bodies they take and give. */
@NullMarked
package io.selfrag.ingest.http;

import org.jspecify.annotations.NullMarked;
