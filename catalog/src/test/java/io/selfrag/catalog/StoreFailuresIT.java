package io.selfrag.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What PostgreSQL says itself, state by state: an outage must never be taken for bad data, nor bad data for an outage. */
class StoreFailuresIT {
  private static TestCatalog catalog;

  @BeforeAll
  static void open() {
    catalog = new TestCatalog();
  }

  @AfterAll
  static void close() {
    catalog.close();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"40001", "40P01", "53100", "53200", "53300", "53400", "55P03", "57014", "57P01", "57P02",
      "57P03", "58000", "58030", "25006", "08006", "55006"})
  void whatTheServerWillAnswerDifferentlyLaterIsTransient(String state) {
    assertThat(failureOf(state)).isInstanceOfSatisfying(SelfRagException.class,
        it -> assertThat(it.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"22001", "22003", "22021", "22P02", "22P05", "23502", "23503", "23505", "23514", "42601",
      "42P01", "42703", "54000", "0A000", "P0001", "XX000", "21000", "2200X"})
  void whatTheServerWillAlwaysRefuseIsNotTransient(String state) {
    assertThat(failureOf(state)).isNotInstanceOf(SelfRagException.class);
  }

  private static Throwable failureOf(String state) {
    var raise = "do $$ begin raise exception using errcode = '" + state + "', message = 'on purpose'; end $$";
    return catchThrowable(() -> catalog
        .run(catalog.database().inTransaction(catalog.database().client().sql(raise).fetch().rowsUpdated())));
  }
}
