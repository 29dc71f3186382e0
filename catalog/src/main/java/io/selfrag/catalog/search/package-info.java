/** What retrieval asks: which index generation of a knowledge base is live, and which hits exist, are live and may be read. */
@NullMarked
package io.selfrag.catalog.search;

import org.jspecify.annotations.NullMarked;
