/** What grows with use and is cut back from time to time: answers kept under keys, contents nobody needs, files left behind. */
@NullMarked
package io.selfrag.ingest.upkeep;

import org.jspecify.annotations.NullMarked;
