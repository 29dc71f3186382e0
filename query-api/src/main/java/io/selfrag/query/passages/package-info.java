/** Retrieval's view of PostgreSQL: the catalog's rows as passages. */
@NullMarked
package io.selfrag.query.passages;

import org.jspecify.annotations.NullMarked;
