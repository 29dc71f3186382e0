/** Jobs that fill another generation of a knowledge base beside the live one, let queries see it, and purge what is left over (S9, S19). */
@NullMarked
package io.selfrag.catalog.reindex;

import org.jspecify.annotations.NullMarked;
