package io.selfrag.query.expand;

import io.selfrag.generation.chat.ChatMessage;
import io.selfrag.generation.chat.ChatModel;
import io.selfrag.generation.chat.ChatPrompt;
import io.selfrag.generation.chat.Sampling;
import io.selfrag.generation.chat.WholeText;
import io.selfrag.query.retrieve.ExpandQuestion;
import io.selfrag.query.retrieve.Expansion;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.MetadataCondition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets the deployment's language model write; where there is none, or it fails, rules do it, which is said. What a model writes is
 * a search and nothing else: filters that the schema does not have are dropped.
 */
public final class WrittenExpansion implements ExpandQuestion {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int LONGEST_LINE = 1_000;
  private static final int LONGEST_PASSAGE = 2_000;
  private static final Pattern BULLET = Pattern.compile("^\\s*(?:[-*•]|\\(?\\d{1,2}[.):、])\\s*");
  private static final String RULES = "rules";

  private final Supplier<ChatModel> models;
  private final Duration limit;

  /**
   * @param models the model that answers now; may block briefly
   * @param limit of each call of it
   */
  public WrittenExpansion(Supplier<ChatModel> models, Duration limit) {
    this.models = models;
    this.limit = limit;
  }

  @Override
  public Expansion expand(String question, Wanted wanted) {
    var work = new Work(question, wanted, model());
    return work.expansion();
  }

  private @Nullable ChatModel model() {
    var model = models.get();
    return model.writes() ? model : null;
  }

  /** One question. */
  private final class Work {
    private final String question;
    private final Wanted wanted;
    private final @Nullable ChatModel model;
    private final List<String> notes = new ArrayList<>();
    private boolean failed;
    private boolean wrote;

    Work(String question, Wanted wanted, @Nullable ChatModel model) {
      this.question = question;
      this.wanted = wanted;
      this.model = model;
      if (model == null) {
        notes.add("there is no language model here: rules took its place");
      }
    }

    Expansion expansion() {
      var variants = wanted.variants() == 0 ? List.<String>of() : variants();
      var passages = wanted.passages() == 0 ? List.<String>of() : passages();
      var shown = new LinkedHashMap<String, Object>();
      var filters = new HashMap<UUID, List<MetadataCondition>>();
      wanted.schemas().forEach((base, schema) -> {
        var parsed = filters(MetadataSchema.of(schema));
        if (!parsed.conditions().isEmpty()) {
          filters.put(base, parsed.conditions());
          shown.putAll(parsed.shown());
        }
      });
      var author = wrote && model != null
          ? new Expansion.Author(model.id().provider(), model.id().model())
          : new Expansion.Author(RULES, null);
      return new Expansion(variants, passages, filters, shown, author, notes, failed);
    }

    private List<String> variants() {
      var answer = ask(
          """
              Write %d other search queries for the question: other words for the same things, one of them with its key terms alone. Add no
              names or facts that it does not have. Keep its language. Reply with one query a line and nothing else."""
              .formatted(wanted.variants()),
          question, 60 * wanted.variants());
      var lines = answer == null
          ? List.<String>of()
          : answer.lines().map(it -> BULLET.matcher(it).replaceFirst("").strip())
              .filter(it -> !it.isBlank() && it.length() <= LONGEST_LINE && !it.equalsIgnoreCase(question)).distinct()
              .limit(wanted.variants()).toList();
      return lines.isEmpty() ? QuestionRules.variants(question, wanted.variants()) : lines;
    }

    private List<String> passages() {
      var passages = new ArrayList<String>();
      for (int i = 0; i < wanted.passages(); i++) {
        var answer = ask(
            """
                Write a short passage, as it might stand in a document, that answers the question. If you do not know the answer, write what such
                a passage would look like. Keep the question's language. Reply with the passage alone.""",
            question, 220);
        if (answer == null) {
          break;
        }
        passages.add(answer.length() > LONGEST_PASSAGE ? answer.substring(0, LONGEST_PASSAGE) : answer);
      }
      return passages.isEmpty() ? List.of(QuestionRules.statement(question)) : passages.stream().distinct().toList();
    }

    private ParsedFilter filters(MetadataSchema schema) {
      if (schema.fields().isEmpty()) {
        notes.add("self_query: the knowledge base has no metadata_schema with fields to filter by");
        return ParsedFilter.NONE;
      }
      var answer = ask(
          """
              Read from the question which metadata the wanted documents must have. Fields, as JSON:
              %s
              Reply with one JSON object and nothing else: field to value, or to {"$in": [...]}, {"$gte": number, "$lte": number}. Only
              fields of the list; only what the question says outright; {} if it says nothing of them."""
              .formatted(JSON.writeValueAsString(schema.fields())),
          question, 200);
      if (answer == null) {
        return FilterRules.read(schema, question);
      }
      var parsed = parse(schema, answer);
      if (parsed == null) {
        notes.add("self_query: the language model's filter could not be read; literal values were taken");
        return FilterRules.read(schema, question);
      }
      if (!parsed.dropped().isEmpty()) {
        notes.add("self_query: left out, since not in the metadata_schema: " + String.join(", ", parsed.dropped()));
      }
      return parsed;
    }

    private static @Nullable ParsedFilter parse(MetadataSchema schema, String answer) {
      int start = answer.indexOf('{');
      int end = answer.lastIndexOf('}');
      if (start < 0 || end < start) {
        return null;
      }
      try {
        return JSON.readValue(answer.substring(start, end + 1), Object.class) instanceof Map<?, ?> filter
            ? ParsedFilter.within(schema, filter)
            : null;
      } catch (JacksonException e) {
        return null;
      }
    }

    /** The model's answer; {@code null} if there is no model, or it failed, after which it is not asked again. */
    private @Nullable String ask(String task, String material, int tokens) {
      if (model == null || failed) {
        return null;
      }
      try {
        var prompt = ChatPrompt.of(List.of(ChatMessage.system(task), ChatMessage.user(material)),
            new Sampling(0.0, tokens, List.of()));
        var answer = WholeText.of(model, prompt, limit).strip();
        wrote |= !answer.isEmpty();
        return answer.isEmpty() ? null : answer;
      } catch (SelfRagException e) {
        failed = true;
        notes.add("the language model failed (" + e.code() + "): rules took its place");
        return null;
      }
    }
  }
}
