/** Which vector store a deployment has, and the one place that opens it. */
@NullMarked
package io.selfrag.vectorstore.settings;

import org.jspecify.annotations.NullMarked;
