package io.selfrag.service.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A route whose answer may rightly take long, since it streams, or waits for its caller or for the pipeline. {@link AnswerDeadline}
 * leaves it alone; what it asks of others has limits of its own.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface LongAnswer {
}
