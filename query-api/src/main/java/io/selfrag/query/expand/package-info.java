/**
 * What retrievers ask beside the question: other wordings, passages that would answer it, filters that it implies; by the deployment's
 * language model, or by rules where there is none.
 */
@NullMarked
package io.selfrag.query.expand;

import org.jspecify.annotations.NullMarked;
