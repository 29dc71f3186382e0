package io.selfrag.ingest.document;

import io.selfrag.service.http.FieldProblem;
import io.selfrag.service.http.ValidationException;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a request's fields. */
final class Problems {
  private final List<FieldProblem> found = new ArrayList<>();

  void missing(String field) {
    found.add(new FieldProblem(List.of("body", field), "is required", "missing"));
  }

  void add(String field, String message) {
    found.add(new FieldProblem(List.of("body", field), message, "value_error"));
  }

  void throwIfAny() {
    if (!found.isEmpty()) {
      throw new ValidationException(found);
    }
  }
}
