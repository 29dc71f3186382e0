package io.selfrag.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.ingest.Service.Answer;
import java.util.List;
import java.util.stream.StreamSupport;

/** What tests say of answers. */
public final class Answers {
  private Answers() {}

  /** Every member of a problem is there. */
  public static Answer problem(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.code()).isEqualTo(code);
    for (String member : List.of("type", "title", "detail", "request_id")) {
      assertThat(answer.at("/" + member)).as(member).isNotBlank();
    }
    assertThat(answer.at("/status")).isEqualTo(String.valueOf(status));
    return answer;
  }

  /** 422 that names exactly these places, as their last step. */
  public static void invalid(Answer answer, String... fields) {
    problem(answer, 422, "VALIDATION_ERROR");
    assertThat(StreamSupport.stream(answer.body().at("/errors").spliterator(), false)
        .map(it -> it.at("/loc").get(it.at("/loc").size() - 1).asString())).as(answer.text())
        .containsExactlyInAnyOrder(fields);
    assertThat(answer.body().at("/errors")).allSatisfy(it -> {
      assertThat(it.at("/msg").asString()).isNotBlank();
      assertThat(it.at("/type").asString()).isNotBlank();
    });
  }

  public static Answer ok(int status, Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    return answer;
  }
}
