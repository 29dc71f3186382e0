package io.selfrag.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class MergePatchTest {
  private static final JsonMapper JSON = JsonSettings.mapper();
  private static final Validator VALIDATOR = Validation.buildDefaultValidatorFactory().getValidator();
  private final MergePatch patches = new MergePatch(JSON, VALIDATOR);

  record Shelf(@NotNull @Size(min = 1, max = 5) @Nullable String name, @Nullable Integer height,
      @Nullable List<String> colours, @Nullable Place standsIn) {}

  record Place(@Nullable String room, @Nullable Integer floor) {}

  private static final Shelf SHELF = new Shelf("a", 2, List.of("red", "blue"), new Place("hall", 1));

  /** The examples of RFC 7396, appendix A. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"{'a':'b'} | {'a':'c'} | {'a':'c'}", "{'a':'b'} | {'b':'c'} | {'a':'b','b':'c'}",
      "{'a':'b'} | {'a':null} | {}", "{'a':'b','b':'c'} | {'a':null} | {'b':'c'}",
      "{'a':['b']} | {'a':'c'} | {'a':'c'}",
      "{'a':'c'} | {'a':['b']} | {'a':['b']}",
      "{'a':{'b':'c'}} | {'a':{'b':'d','c':null}} | {'a':{'b':'d'}}", "{'a':[{'b':'c'}]} | {'a':[1]} | {'a':[1]}",
      "['a','b'] | ['c','d'] | ['c','d']", "{'a':'b'} | ['c'] | ['c']", "{'a':'foo'} | null | null",
      "{'a':'foo'} | 'bar' | 'bar'", "{'e':null} | {'a':1} | {'e':null,'a':1}",
      "[1,2] | {'a':'b','c':null} | {'a':'b'}",
      "{} | {'a':{'bb':{'ccc':null}}} | {'a':{'bb':{}}}"}, quoteCharacter = '"')
  void mergesAsTheStandardSays(String target, String patch, String result) {
    assertThat(MergePatch.merge(json(target), json(patch))).isEqualTo(json(result));
  }

  @Test
  void whatIsAbsentStaysAndNullClears() {
    var changed = patches.apply(SHELF, json("{'height':null,'stands_in':{'floor':3}}"), Shelf.class);

    assertThat(changed).isEqualTo(new Shelf("a", null, List.of("red", "blue"), new Place("hall", 3)));
  }

  @Test
  void aListIsReplacedAsAWhole() {
    assertThat(patches.apply(SHELF, json("{'colours':['green']}"), Shelf.class).colours()).containsExactly("green");
  }

  @Test
  void theResultIsCheckedAsIfItHadBeenSentWhole() {
    assertThat(problems("{'name':null}")).containsExactly(new FieldProblem(List.of("body", "name"), "is required",
        "missing"));
    assertThat(problems("{'name':'toolong'}")).extracting(FieldProblem::loc).containsExactly(List.of("body", "name"));
    assertThat(problems("{'wide':1}"))
        .containsExactly(new FieldProblem(List.of("body", "wide"), "unknown field", "extra_forbidden"));
    assertThat(problems("{'stands_in':{'floor':'x'}}")).extracting(FieldProblem::loc, FieldProblem::type)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(List.of("body", "stands_in", "floor"), "type_error"));
  }

  @Test
  void aPatchThatIsNoObjectIsRefused() {
    assertThat(problems("[1]")).extracting(FieldProblem::msg).containsExactly("must be an object");
    assertThat(problems("'x'")).extracting(FieldProblem::loc).containsExactly(List.of("body"));
  }

  private List<FieldProblem> problems(String patch) {
    return catchThrowableOfType(ValidationException.class, () -> patches.apply(SHELF, json(patch), Shelf.class))
        .problems();
  }

  private static tools.jackson.databind.JsonNode json(String text) {
    return JSON.readTree(text.replace('\'', '"'));
  }
}
