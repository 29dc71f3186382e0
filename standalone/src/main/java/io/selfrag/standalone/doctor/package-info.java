/** The daily look at everything: what is well, what is not, and what to do about it. */
@NullMarked
package io.selfrag.standalone.doctor;

import org.jspecify.annotations.NullMarked;
