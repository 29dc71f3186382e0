/**
 * The one analysis behind BM25, for English, Chinese and mixed text, documents and questions alike. Lucene indexes its terms;
 * Qdrant gets them hashed into sparse vectors.
 */
@NullMarked
package io.selfrag.vectorstore.analysis;

import org.jspecify.annotations.NullMarked;
