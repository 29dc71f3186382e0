package io.selfrag.service.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.support.WebExchangeBindException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.server.MissingRequestValueException;
import org.springframework.web.server.ServerWebInputException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says which field of a request is wrong, from the exceptions that the web layer throws about it. */
final class RequestErrors {
  private static final Pattern CAPITAL = Pattern.compile("(?<!^)[A-Z]");

  private RequestErrors() {}

  /** The problems, or null if the failure is not about what the request holds. */
  static @Nullable List<FieldProblem> of(Throwable failure) {
    return switch (failure) {
      case ValidationException it -> it.problems();
      case WebExchangeBindException it -> it.getAllErrors().stream().map(RequestErrors::constraint).toList();
      case HandlerMethodValidationException it -> parameterProblems(it);
      case MissingRequestValueException it -> List.of(new FieldProblem(
          List.of(it.getLabel().contains("header") ? "header" : "query", it.getName()), "is required", "missing"));
      case ServerWebInputException it -> input(it);
      default -> null;
    };
  }

  private static List<FieldProblem> input(ServerWebInputException failure) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof JacksonException it) {
        return List.of(json(it));
      }
    }
    var parameter = failure.getMethodParameter();
    if (parameter == null || parameter.hasParameterAnnotation(RequestBody.class)) {
      // What could not be decoded has a cause; that there was nothing to decode has none.
      boolean absent = failure.getCause() == null || failure.getCause().getCause() == null;
      return List.of(new FieldProblem(List.of("body"), absent ? "a body is required" : "is not valid",
          absent ? "missing" : "value_error"));
    }
    return List.of(new FieldProblem(List.of(part(parameter), name(parameter)),
        "must be a valid " + parameter.getParameterType().getSimpleName(), "type_error"));
  }

  static FieldProblem json(JacksonException failure) {
    var loc = new ArrayList<Object>(List.of("body"));
    for (var step : failure.getPath()) {
      loc.add(step.getPropertyName() == null ? (Object) step.getIndex() : step.getPropertyName());
    }
    return switch (failure) {
      case UnrecognizedPropertyException it -> new FieldProblem(loc, "unknown field", "extra_forbidden");
      case InputCoercionException it -> new FieldProblem(loc, "is out of range", "type_error");
      case StreamReadException it -> new FieldProblem(loc, "is not valid JSON", "json_invalid");
      default -> new FieldProblem(loc, "has a wrong type or a value that is not allowed", "type_error");
    };
  }

  private static FieldProblem constraint(ObjectError error) {
    return constraint(error instanceof FieldError field ? field.getField() : "",
        String.valueOf(error.getDefaultMessage()),
        String.valueOf(error.getCode()));
  }

  /** A broken constraint at a property path such as {@code config.ingestion.chunkerName} or {@code ids[3]}. */
  static FieldProblem constraint(String path, String message, String constraint) {
    var loc = new ArrayList<Object>(List.of("body"));
    for (String step : path.split("[.\\[\\]]+")) {
      if (!step.isEmpty()) {
        loc.add(step.matches("\\d+") ? (Object) Integer.valueOf(step) : snakeCase(step));
      }
    }
    boolean missing = "NotNull".equals(constraint);
    return new FieldProblem(loc, missing ? "is required" : message, missing ? "missing" : "value_error");
  }

  private static List<FieldProblem> parameterProblems(HandlerMethodValidationException failure) {
    var problems = new ArrayList<FieldProblem>();
    for (var result : failure.getParameterValidationResults()) {
      var parameter = result.getMethodParameter();
      for (var error : result.getResolvableErrors()) {
        if (error instanceof ObjectError it && parameter.hasParameterAnnotation(RequestBody.class)) {
          problems.add(constraint(it));
        } else {
          problems.add(new FieldProblem(List.of(part(parameter), name(parameter)),
              String.valueOf(error.getDefaultMessage()), "value_error"));
        }
      }
    }
    return problems;
  }

  private static String part(MethodParameter parameter) {
    if (parameter.hasParameterAnnotation(PathVariable.class)) {
      return "path";
    }
    return parameter.hasParameterAnnotation(RequestHeader.class) ? "header" : "query";
  }

  private static String name(MethodParameter parameter) {
    var name = parameter.getParameterName();
    return name == null ? "?" : snakeCase(name);
  }

  static String snakeCase(String name) {
    return CAPITAL.matcher(name).replaceAll("_$0").toLowerCase(Locale.ROOT);
  }
}
