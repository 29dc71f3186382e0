package io.selfrag.service.http;

import java.util.List;

/** A request that is wrong in places that can be named: 422 with their paths. */
public final class ValidationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // Never serialised.
  private final List<FieldProblem> problems;

  public ValidationException(List<FieldProblem> problems) {
    super(problems.stream().map(it -> it.loc() + " " + it.msg()).toList().toString());
    this.problems = List.copyOf(problems);
  }

  /** One problem at {@code [part, name]}. */
  public ValidationException(String part, String name, String msg, String type) {
    this(List.of(new FieldProblem(List.of(part, name), msg, type)));
  }

  public List<FieldProblem> problems() {
    return problems;
  }
}
