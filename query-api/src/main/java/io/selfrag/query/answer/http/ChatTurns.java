package io.selfrag.query.answer.http;

import io.selfrag.generation.chat.ChatMessage;
import io.selfrag.generation.chat.ChatMessage.Role;
import io.selfrag.generation.chat.Sampling;
import io.selfrag.generation.reflect.Question;
import io.selfrag.query.retrieve.http.RetrieveBody;
import io.selfrag.service.http.FieldProblem;
import io.selfrag.service.http.ValidationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads OpenAI's messages: the last thing the user said is the question, what was said before is its history. */
final class ChatTurns {
  private static final int LONGEST_QUERY = 8192;

  private ChatTurns() {}

  /** @throws ValidationException where a message cannot be understood or there is no question */
  static Question question(ChatBody body) {
    var wishes = new StringBuilder();
    var turns = new ArrayList<ChatMessage>();
    for (int i = 0; i < body.messages().size(); i++) {
      var message = body.messages().get(i);
      var text = text(message.content(), i);
      switch (message.role()) {
        case "system", "developer" -> wishes.append(wishes.isEmpty() ? "" : "\n").append(text);
        case "user" -> turns.add(ChatMessage.user(text));
        case "assistant" -> turns.add(ChatMessage.assistant(text));
        case "tool", "function" -> turns.add(ChatMessage.user("Result of a tool: " + text));
        default -> throw wrong(i, "role", "must be system, developer, user, assistant, tool or function");
      }
    }
    turns.removeIf(it -> it.text().isBlank());
    if (turns.isEmpty() || turns.getLast().role() != Role.USER) {
      throw new ValidationException("body", "messages", "must end with something that the user says", "value_error");
    }
    var last = turns.removeLast();
    return new Question(last.text(), turns, wishes.isEmpty() ? null : wishes.toString(), sampling(body), mode(body));
  }

  private static String text(@Nullable JsonNode content, int message) {
    if (content == null || content.isNull()) {
      return "";
    }
    if (content.isString()) {
      return content.asString();
    }
    if (!content.isArray()) {
      throw wrong(message, "content", "must be a text or a list of parts");
    }
    var text = new StringBuilder();
    for (JsonNode part : content) {
      if (!part.path("text").isString()) {
        throw wrong(message, "content", "only parts of type text are understood here");
      }
      text.append(text.isEmpty() ? "" : "\n").append(part.path("text").asString());
    }
    return text.toString();
  }

  private static Sampling sampling(ChatBody body) {
    var limit = body.maxCompletionTokens() != null ? body.maxCompletionTokens() : body.maxTokens();
    return new Sampling(body.temperature(), limit, stop(body.stop()));
  }

  private static List<String> stop(@Nullable JsonNode stop) {
    if (stop == null || stop.isNull()) {
      return List.of();
    }
    var texts = stop.isArray() ? stop.valueStream().toList() : List.of(stop);
    if (texts.size() > 16 || !texts.stream().allMatch(JsonNode::isString)) {
      throw new ValidationException("body", "stop", "must be a text or a list of up to 16 texts", "type_error");
    }
    return texts.stream().map(JsonNode::asString).filter(it -> !it.isEmpty()).toList();
  }

  private static Question.Mode mode(ChatBody body) {
    return body.reflect() == null ? Question.Mode.AUTO : Question.Mode.valueOf(body.reflect().toUpperCase(Locale.ROOT));
  }

  /** The search of a question; for bodies that name knowledge bases. */
  static RetrieveBody retrieval(ChatBody body, Question question) {
    if (question.text().length() > LONGEST_QUERY) {
      throw wrong(body.messages().size() - 1, "content", "a question may have up to " + LONGEST_QUERY + " characters");
    }
    return new RetrieveBody(question.text(), Objects.requireNonNull(body.knowledgeBaseIds()), body.topK(),
        body.scoreThreshold(), body.metadataFilter(), body.retrieverOverride(), null, null, null, null, null,
        null, null, null);
  }

  private static ValidationException wrong(int message, String field, String msg) {
    return new ValidationException(
        List.of(new FieldProblem(List.of("body", "messages", message, field), msg, "value_error")));
  }
}
