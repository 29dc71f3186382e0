package io.selfrag.query.retrieve;

import io.selfrag.schemas.SelfRagException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How passages are looked for.
 *
 * @param legs how each search goes about
 * @param variants further wordings of the question, of {@code multi_query}
 * @param passages that are written, of {@code hyde}
 * @param window neighbours that make a parent, of {@code parent_document}
 * @param reranks whether it reranks where the request does not say, of {@code fusion}
 * @param members of {@code ensemble}
 */
public record Retriever(Kind kind, RetrieverChoice legs, int variants, int passages, int window, boolean reranks,
    List<Member> members) {
  /** Names of retrievers. */
  public enum Kind {
    DENSE, BM25, HYBRID, FUSION, MULTI_QUERY, HYDE, SELF_QUERY, PARENT_DOCUMENT, ENSEMBLE;

    /** Name in requests and answers. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    boolean mayBeMember() {
      return this != FUSION && this != PARENT_DOCUMENT && this != ENSEMBLE;
    }
  }

  /** @param weight above 0 */
  public record Member(Retriever retriever, double weight) {}

  private static final double HEAVIEST = 10;

  public Retriever {
    members = List.copyOf(members);
  }

  /** The default. */
  public static Retriever hybrid() {
    return of(RetrieverChoice.hybrid());
  }

  /** One search as it is. */
  public static Retriever of(RetrieverChoice legs) {
    return new Retriever(Kind.valueOf(legs.kind().name()), legs, 0, 0, 0, false, List.of());
  }

  /**
   * Reads a name and its parameters.
   *
   * @throws SelfRagException {@code VALIDATION_ERROR} for an unknown name, parameter or a value out of bounds
   */
  public static Retriever of(String name, Map<String, ? extends @Nullable Object> params) {
    var given = new RetrieverParameters(RetrieverCatalogue.named(name), params);
    var kind = Kind.valueOf(name.toUpperCase(Locale.ROOT));
    var legs = kind == Kind.ENSEMBLE ? RetrieverChoice.hybrid() : RetrieverChoice.of(kind, given);
    return new Retriever(kind, legs, integer(given, RetrieverCatalogue.VARIANTS),
        integer(given, RetrieverCatalogue.PASSAGES), integer(given, RetrieverCatalogue.WINDOW),
        given.has(RetrieverCatalogue.RERANK) && given.flag(RetrieverCatalogue.RERANK),
        given.has(RetrieverCatalogue.RETRIEVERS) ? members(given) : List.of());
  }

  /** Itself and its members. */
  public List<Retriever> parts() {
    var parts = new ArrayList<Retriever>(List.of(this));
    members.forEach(it -> parts.addAll(it.retriever().parts()));
    return parts;
  }

  private static int integer(RetrieverParameters given, String name) {
    return given.has(name) ? given.integer(name) : 0;
  }

  private static List<Member> members(RetrieverParameters given) {
    return given.objects(RetrieverCatalogue.RETRIEVERS).stream().map(it -> member(given, it)).toList();
  }

  private static Member member(RetrieverParameters given, Map<?, ?> member) {
    var fields = new HashMap<String, @Nullable Object>();
    member.forEach((name, value) -> fields.put(String.valueOf(name), value));
    var name = fields.remove("name");
    var params = fields.remove("params");
    var weight = fields.remove("weight");
    if (!(name instanceof String text) || !fields.isEmpty()) {
      throw given.invalid("needs members with a name, params and a weight, and nothing else");
    }
    var own = new HashMap<String, @Nullable Object>();
    if (params instanceof Map<?, ?> map) {
      map.forEach((key, value) -> own.put(String.valueOf(key), value));
    } else if (params != null) {
      throw given.invalid("needs an object as params of '" + text + "'");
    }
    var retriever = of(text, own);
    if (!retriever.kind().mayBeMember()) {
      throw given.invalid("cannot have the member '" + text + "'");
    }
    if (weight == null) {
      return new Member(retriever, 1);
    }
    if (weight instanceof Number number && number.doubleValue() > 0 && number.doubleValue() <= HEAVIEST) {
      return new Member(retriever, number.doubleValue());
    }
    throw given.invalid("needs weights above 0, up to 10");
  }
}
