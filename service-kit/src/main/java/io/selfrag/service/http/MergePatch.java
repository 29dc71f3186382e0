package io.selfrag.service.http;

import jakarta.validation.Validator;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON Merge Patch (RFC 7396) of what a route lets callers change: what is absent stays, null clears. */
public final class MergePatch {
  private final JsonMapper json;
  private final Validator validator;

  public MergePatch(JsonMapper json, Validator validator) {
    this.json = json;
    this.validator = validator;
  }

  /**
   * The value after the patch, validated as if it had been sent whole.
   *
   * @param current a record of the same type with what is there now
   * @throws ValidationException if the patch is no object, or the result is not valid
   */
  public <T> T apply(T current, JsonNode patch, Class<T> type) {
    if (!patch.isObject()) {
      throw new ValidationException(List.of(new FieldProblem(List.of("body"), "must be an object", "type_error")));
    }
    T result;
    try {
      result = json.treeToValue(merge(json.valueToTree(current), patch), type);
    } catch (JacksonException e) {
      throw new ValidationException(List.of(RequestErrors.json(e)));
    }
    validate(result);
    return result;
  }

  /**
   * @throws ValidationException if the record's constraints do not hold
   */
  public <T> void validate(T value) {
    var problems = new ArrayList<FieldProblem>();
    for (var violation : validator.validate(value)) {
      problems.add(RequestErrors.constraint(violation.getPropertyPath().toString(), violation.getMessage(),
          violation.getConstraintDescriptor().getAnnotation().annotationType().getSimpleName()));
    }
    if (!problems.isEmpty()) {
      throw new ValidationException(problems);
    }
  }

  /** The target after the patch; neither is changed. */
  static JsonNode merge(JsonNode target, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch;
    }
    ObjectNode result = target instanceof ObjectNode object ? object.deepCopy() : changes.objectNode();
    changes.properties().forEach(change -> {
      if (change.getValue().isNull()) {
        result.remove(change.getKey());
      } else {
        var before = result.get(change.getKey());
        result.set(change.getKey(), merge(before == null ? changes.nullNode() : before, change.getValue()));
      }
    });
    return result;
  }
}
