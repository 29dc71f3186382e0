package io.selfrag.standalone.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.catalog.backup.BackupException;
import io.selfrag.vectorstore.settings.VectorStoreSettings.Kind;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

class PlaceTest {
  private static final String URL = "postgresql://selfrag:secret@db:5432/kb";

  @CommandLine.Command
  private static final class Probe {
    @Mixin
    private final Place place;

    Probe(Map<String, String> environment) {
      place = new Place(environment);
    }
  }

  private static Place place(Map<String, String> environment, String... options) {
    var probe = new Probe(environment);
    new CommandLine(probe).parseArgs(options);
    return probe.place;
  }

  @Test
  void anOptionOrTheEnvironmentNamesADatabaseAndElseTheUsualFolderIsMeant() {
    assertThat(place(Map.of(), "--database", URL).dataFolder()).isEmpty();
    assertThat(place(Map.of(), "--database", URL).runningDatabase().host()).isEqualTo("db");
    assertThat(place(Map.of("DATABASE_URL", URL)).dataFolder()).isEmpty();
    assertThat(place(Map.of()).dataFolder().orElseThrow()).hasFileName("data");
    assertThat(place(Map.of("DATABASE_URL", URL), "--data", "/x/here").dataFolder()).contains(Path.of("/x/here"));
    assertThat(place(Map.of("SELFRAG_DATA", "/x/there")).dataFolder()).contains(Path.of("/x/there"));
  }

  @Test
  void twoSystemsAtOnceAreRefused() {
    assertThatThrownBy(() -> place(Map.of(), "--database", URL, "--data", "/x").dataFolder())
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessage("Either --data or --database: which system is meant?");
    assertThatThrownBy(() -> place(Map.of("SELFRAG_DATA", "/x"), "--database", URL).dataFolder())
        .hasMessage("Either SELFRAG_DATA or --database: which system is meant?");
    assertThatThrownBy(() -> place(Map.of("SELFRAG_DATA", "/x", "DATABASE_URL", URL)).dataFolder())
        .hasMessage("Either SELFRAG_DATA or DATABASE_URL: which system is meant?");
  }

  @Test
  void theVectorStoreIsTheFoldersOrThatOfTheEnvironment() {
    assertThat(place(Map.of("QDRANT_URL", "http://q:6333"), "--data", "/x").index().orElseThrow())
        .satisfies(it -> assertThat(it.chosenKind()).isEqualTo(Kind.LUCENE))
        .satisfies(it -> assertThat(it.lucenePath()).isEqualTo(Path.of("/x/index")));
    assertThat(place(Map.of("QDRANT_URL", "http://q:6333", "QDRANT_API_KEY", "k"), "--database", URL).index()
        .orElseThrow()).satisfies(it -> assertThat(it.chosenKind()).isEqualTo(Kind.QDRANT))
        .satisfies(it -> assertThat(it.qdrantUrl()).isEqualTo(URI.create("http://q:6333")));
    assertThat(place(Map.of("VECTOR_STORE", "lucene", "LUCENE_PATH", "/i"), "--database", URL).index().orElseThrow()
        .lucenePath()).isEqualTo(Path.of("/i"));
    assertThat(place(Map.of(), "--database", URL).index()).isEmpty();
  }

  @Test
  void whatIsNamedWronglyIsOneSentence() {
    assertThatThrownBy(() -> place(Map.of("QDRANT_URL", "q:6333"), "--database", URL).index())
        .isInstanceOf(BackupException.class).hasMessage(
            "The vector store is named wrongly: QDRANT_URL must look like http://host:6333.");
    assertThatThrownBy(() -> place(Map.of(), "--database", "mysql://secret@x").runningDatabase())
        .isInstanceOf(BackupException.class).hasMessageStartingWith("The database's URL must look like")
        .hasMessageNotContaining("secret");
  }
}
