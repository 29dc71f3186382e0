/** The commands about the vector store: compared with the rows, repaired, written anew. */
@NullMarked
package io.selfrag.standalone.index;

import org.jspecify.annotations.NullMarked;
