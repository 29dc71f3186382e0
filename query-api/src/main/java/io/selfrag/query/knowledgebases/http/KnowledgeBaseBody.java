package io.selfrag.query.knowledgebases.http;

import io.selfrag.query.knowledgebases.BaseConfig;
import io.selfrag.query.knowledgebases.KnowledgeBaseLife.Draft;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** What a client writes of a knowledge base. */
record KnowledgeBaseBody(
    @NotNull @Size(min = 1, max = 255) @Pattern(regexp = "(?s).*\\S.*", message = "must not be blank") String name,
    @Nullable @Size(max = 4000) String description,
    @Nullable @Valid BaseConfig config) {
  Draft toDraft() {
    return new Draft(name, description, config);
  }
}
