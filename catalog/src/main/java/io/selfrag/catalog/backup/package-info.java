/** The database as files and back, by PostgreSQL's own COPY, so that nothing but this program is needed on the machine. */
@NullMarked
package io.selfrag.catalog.backup;

import org.jspecify.annotations.NullMarked;
