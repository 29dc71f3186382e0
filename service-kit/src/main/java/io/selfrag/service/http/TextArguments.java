package io.selfrag.service.http;

import java.beans.PropertyEditorSupport;
import java.time.Instant;
import java.util.UUID;
import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.InitBinder;

/**
 * Ids in paths and queries are {@link UuidText}, times {@link InstantText}. An editor, for behind a converter that refuses, Spring tries the JDK's parser after
 * all.
 */
@ControllerAdvice
final class TextArguments {
  @InitBinder
  void takeNothingElse(WebDataBinder binder) {
    binder.registerCustomEditor(UUID.class, new PropertyEditorSupport() {
      @Override
      public void setAsText(String text) {
        setValue(UuidText.parse(text));
      }
    });
    binder.registerCustomEditor(Instant.class, new PropertyEditorSupport() {
      @Override
      public void setAsText(String text) {
        setValue(InstantText.parse(text));
      }
    });
  }
}
