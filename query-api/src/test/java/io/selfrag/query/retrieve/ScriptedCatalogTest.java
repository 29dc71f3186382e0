package io.selfrag.query.retrieve;

import java.util.UUID;
import java.util.stream.IntStream;

class ScriptedCatalogTest extends PassageCatalogContract {
  private final ScriptedCatalog catalog = new ScriptedCatalog(ScriptedStore.KNOWLEDGE_BASE);
  private int documents;
  private int ordinals;

  @Override
  protected PassageCatalog catalog() {
    return catalog;
  }

  @Override
  protected UUID tenant() {
    return Ask.TENANT;
  }

  @Override
  protected UUID knowledgeBase() {
    return ScriptedStore.KNOWLEDGE_BASE;
  }

  @Override
  protected Stored add(String... texts) {
    var written = write(new UUID(++documents, 0), texts);
    catalog.live(written.document(), ordinalsOf(written));
    return written;
  }

  @Override
  protected Stored addForAda(String text) {
    var written = write(new UUID(++documents, 0), text);
    catalog.readableBy("ada", written.document(), ordinalsOf(written));
    return written;
  }

  @Override
  protected Stored replace(Stored before, String... texts) {
    catalog.superseded(before.document(), ordinalsOf(before));
    var written = write(before.document(), texts);
    catalog.live(written.document(), ordinalsOf(written));
    return written;
  }

  @Override
  protected Stored beginToReplace(Stored before, String... texts) {
    var written = write(before.document(), texts);
    catalog.notYet(written.document(), ordinalsOf(written));
    return written;
  }

  @Override
  protected void delete(Stored document) {
    catalog.gone(document.document(), ordinalsOf(document));
  }

  private Stored write(UUID document, String... texts) {
    return new Stored(document,
        IntStream.range(0, texts.length).mapToObj(_ -> ScriptedStore.chunk(document, ordinals++)).toList());
  }

  private static int[] ordinalsOf(Stored stored) {
    return stored.chunks().stream().mapToInt(it -> (int) it.getLeastSignificantBits() - 1).toArray();
  }
}
