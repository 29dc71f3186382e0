package io.selfrag.service.http;

import java.util.List;

/**
 * One thing wrong with a request.
 *
 * @param loc where: {@code body}, {@code path}, {@code query} or {@code header}, then names and indexes
 * @param msg for a person
 * @param type for a program: {@code missing}, {@code extra_forbidden}, {@code json_invalid}, {@code type_error},
 *        {@code value_error}
 */
public record FieldProblem(List<Object> loc, String msg, String type) {
  public FieldProblem {
    loc = List.copyOf(loc);
  }
}
