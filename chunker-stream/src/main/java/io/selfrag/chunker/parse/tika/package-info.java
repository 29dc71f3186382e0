/**
 * Office, PDF, web and mail formats by Apache Tika. Meant to run in a child process, since hostile files can exhaust
 * its heap.
 */
@NullMarked
package io.selfrag.chunker.parse.tika;

import org.jspecify.annotations.NullMarked;
