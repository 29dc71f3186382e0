/** The command that sends documents: what is found in a folder, how it is sent, and how it is followed. */
@NullMarked
package io.selfrag.standalone.ingest;

import org.jspecify.annotations.NullMarked;
