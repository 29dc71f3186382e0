/** Which language a text is mainly in, as far as the choice of a model and an analyser needs to know. */
@NullMarked
package io.selfrag.embedding.language;

import org.jspecify.annotations.NullMarked;
