package io.selfrag.service.http.contract;

import io.selfrag.schemas.ErrorCode;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/** Adds to each operation who may call it, and an answer for each status that its error codes have. */
final class OperationAnswers {
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
  private static final String REF = "$ref";

  private final ObjectNode texts;

  private OperationAnswers(ObjectNode texts) {
    this.texts = texts;
  }

  /** @param texts when each code is answered */
  static void add(ObjectNode whole, ObjectNode texts) {
    var answers = new OperationAnswers(texts);
    whole.path("paths").properties().forEach(path -> path.getValue().properties().forEach(it -> {
      if (METHODS.contains(it.getKey()) && it.getValue() instanceof ObjectNode operation) {
        answers.complete(it.getKey() + " " + path.getKey(), operation);
      }
    }));
    var schema = ((ObjectNode) whole.at("/components/schemas")).putObject("ErrorCode");
    schema.put("type", "string").put("description", answers.list());
    var names = schema.putArray("enum");
    for (ErrorCode code : ErrorCode.values()) {
      names.add(code.name());
    }
  }

  private String list() {
    var list = new StringBuilder();
    for (ErrorCode code : ErrorCode.values()) {
      list.append("- `").append(code).append("` (").append(code.httpStatus()).append("): ").append(text(code))
          .append('\n');
    }
    return list.toString();
  }

  private void complete(String name, ObjectNode operation) {
    var roleNode = operation.remove("x-role");
    if (roleNode == null) {
      throw new IllegalStateException(name + " has no x-role");
    }
    var role = roleNode.asString();
    var security = operation.putArray("security");
    if (!role.equals("none")) {
      security.addObject().putArray(role.equals("operator") ? "admin_token" : "api_key");
    }
    operation.put("description", switch (role) {
      case "none" -> "Needs no credential.";
      case "operator" -> "For operators.";
      default -> "For keys of role `" + role + "` and those that may do more.";
    });
    var codes = EnumSet.of(ErrorCode.INTERNAL_ERROR);
    codes.addAll(ofRole(role));
    if (operation.has("requestBody")) {
      codes.addAll(List.of(ErrorCode.VALIDATION_ERROR, ErrorCode.PAYLOAD_TOO_LARGE, ErrorCode.UNSUPPORTED_MEDIA_TYPE,
          ErrorCode.PIPELINE_SATURATED, ErrorCode.INVALID_REQUEST));
    }
    var own = operation.remove("x-codes");
    if (own != null) {
      own.forEach(it -> codes.add(ErrorCode.valueOf(it.asString())));
    }
    addResponses((ObjectNode) operation.get("responses"), codes);
  }

  private static Set<ErrorCode> ofRole(String role) {
    return switch (role) {
      case "none" -> EnumSet.noneOf(ErrorCode.class);
      case "operator" -> EnumSet.of(ErrorCode.MISSING_ADMIN_TOKEN, ErrorCode.INVALID_ADMIN_TOKEN,
          ErrorCode.RATE_LIMIT_EXCEEDED, ErrorCode.VALIDATION_ERROR, ErrorCode.INVALID_REQUEST,
          ErrorCode.STORE_UNAVAILABLE);
      case "read", "write", "admin" -> {
        var codes = EnumSet.of(ErrorCode.UNAUTHORIZED, ErrorCode.INVALID_API_KEY, ErrorCode.TENANT_DISABLED,
            ErrorCode.RATE_LIMIT_EXCEEDED, ErrorCode.VALIDATION_ERROR, ErrorCode.INVALID_REQUEST,
            ErrorCode.STORE_UNAVAILABLE);
        if (!role.equals("read")) {
          codes.add(ErrorCode.ROLE_NOT_ALLOWED);
        }
        yield codes;
      }
      default -> throw new IllegalStateException("there is no role " + role);
    };
  }

  private void addResponses(ObjectNode responses, Set<ErrorCode> codes) {
    var byStatus = new TreeMap<Integer, Set<ErrorCode>>();
    codes.forEach(it -> byStatus.computeIfAbsent(it.httpStatus(), _ -> new TreeSet<>()).add(it));
    byStatus.forEach((status, some) -> {
      var response = responses.has(String.valueOf(status))
          ? (ObjectNode) responses.get(String.valueOf(status))
          : responses.putObject(String.valueOf(status)).put("description", names(some));
      if (status == ErrorCode.RATE_LIMIT_EXCEEDED.httpStatus() || status == 503) {
        response.withObject("/headers/Retry-After").put("description", "seconds").putObject("schema")
            .put("type", "integer");
      }
      var media = response.withObject("/content").putObject("application/problem+json");
      var both = media.putObject("schema").putArray("allOf");
      both.addObject().put(REF, "#/components/schemas/Problem");
      var ofCode = both.addObject().putObject("properties").putObject("code").putArray("enum");
      var examples = media.putObject("examples");
      some.forEach(code -> {
        ofCode.add(code.name());
        examples.putObject(code.name()).put("summary", text(code)).set("value", example(code));
      });
    });
  }

  private ObjectNode example(ErrorCode code) {
    var name = code.name().toLowerCase(Locale.ROOT);
    var title = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1).replace('_', ' ');
    ObjectNode example = texts.objectNode();
    example.put("type", "urn:selfrag:error:" + name).put("title", title).put("status", code.httpStatus())
        .put("detail", text(code)).put("code", code.name()).put("request_id", "2b1f0e9d-8c7b-4a69-9584-736251403f2e");
    if (code == ErrorCode.VALIDATION_ERROR) {
      var problem = example.putArray("errors").addObject();
      problem.putArray("loc").add("body").add("name");
      problem.put("msg", "is required").put("type", "missing");
    }
    return example;
  }

  private static String names(Set<ErrorCode> codes) {
    return String.join(", ", codes.stream().map(Enum::name).toList());
  }

  private String text(ErrorCode code) {
    var text = texts.path(code.name());
    if (!text.isString()) {
      throw new IllegalStateException("errors.yaml does not say when " + code + " is answered");
    }
    return text.asString();
  }
}
