/**
 * Which chunkers there are and what their parameters may be: who configures them checks by the same words as who builds them.
 */
@NullMarked
package io.selfrag.schemas.chunkers;

import org.jspecify.annotations.NullMarked;
