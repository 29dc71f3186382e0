package io.selfrag.query.answer.http;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.selfrag.service.http.ValidationException;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Body of {@code POST /v1/embeddings}; unknown fields are ignored, since OpenAI's clients grow monthly.
 *
 * @param input a text, or a list of up to 256
 * @param model one of ours by name; any other means the one for the texts' language
 * @param dimensions shortens the vectors, which are brought to length 1 again
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record EmbeddingsBody(@NotNull JsonNode input, @Nullable @Size(max = 256) String model,
    @Nullable @Pattern(regexp = "float|base64", message = "must be float or base64") String encodingFormat,
    @Nullable @Min(1) Integer dimensions) {
  private static final int MOST = 256;

  /** @throws ValidationException where the input is not text */
  List<String> texts() {
    var nodes = input.isArray() ? input.valueStream().toList() : List.of(input);
    if (nodes.isEmpty() || nodes.size() > MOST) {
      throw wrong("must be a text or a list of 1 to " + MOST + " texts");
    }
    return nodes.stream().map(it -> {
      if (!it.isString() || it.asString().isBlank()) {
        throw wrong("must be text that is not blank; tokens are not understood here");
      }
      return it.asString();
    }).toList();
  }

  boolean wantsBase64() {
    return "base64".equals(encodingFormat);
  }

  private static ValidationException wrong(String msg) {
    return new ValidationException("body", "input", msg, "value_error");
  }
}
