/** Answers from knowledge bases: the retrieval of a caller joined to the loop that checks answers. */
@NullMarked
package io.selfrag.query.answer;

import org.jspecify.annotations.NullMarked;
