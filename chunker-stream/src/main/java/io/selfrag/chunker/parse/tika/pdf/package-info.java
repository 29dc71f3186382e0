/**
 * What the typography of a PDF says about its structure. Tika's text stays the truth, character by character and in its
 * order; this package only finds out which of its lines are headings and rows of tables, and says nothing where it is not
 * sure.
 */
@NullMarked
package io.selfrag.chunker.parse.tika.pdf;

import org.jspecify.annotations.NullMarked;
