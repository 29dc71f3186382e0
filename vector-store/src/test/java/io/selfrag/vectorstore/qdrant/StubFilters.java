package io.selfrag.vectorstore.qdrant;

import io.grpc.Status;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Qdrant's documented filter semantics, for the stub; a condition that the adapter does not use is an error. */
final class StubFilters {
  private StubFilters() {}

  /** @param id of the point, or empty for the elements of an array, which have none */
  static boolean matches(Filter filter, String id, Map<String, Value> payload) {
    return filter.getMustList().stream().allMatch(condition -> matches(condition, id, payload))
        && filter.getMustNotList().stream().noneMatch(condition -> matches(condition, id, payload))
        && (filter.getShouldCount() == 0
            || filter.getShouldList().stream().anyMatch(condition -> matches(condition, id, payload)));
  }

  /** Refuses a filter on a key without an index; keys of a nested filter are those of the array's elements. */
  static void requireIndexes(Filter filter, String prefix, Set<String> indexed) {
    Stream.of(filter.getMustList(), filter.getMustNotList(), filter.getShouldList()).flatMap(List::stream)
        .forEach(condition -> {
          switch (condition.getConditionOneOfCase()) {
            case FILTER -> requireIndexes(condition.getFilter(), prefix, indexed);
            case NESTED -> requireIndexes(condition.getNested().getFilter(),
                prefix + condition.getNested().getKey() + "[].", indexed);
            case HAS_ID -> {
              // Ids need no index.
            }
            default -> {
              String key = prefix + condition.getField().getKey();
              if (!indexed.contains(key)) {
                throw Status.INVALID_ARGUMENT.withDescription("Bad request: Index required but not found for \"" + key
                    + "\"").asRuntimeException();
              }
            }
          }
        });
  }

  private static boolean matches(Condition condition, String id, Map<String, Value> payload) {
    return switch (condition.getConditionOneOfCase()) {
      case FILTER -> matches(condition.getFilter(), id, payload);
      case HAS_ID -> condition.getHasId().getHasIdList().stream().anyMatch(it -> it.getUuid().equals(id));
      case FIELD -> matches(condition.getField(), payload);
      case NESTED -> values(condition.getNested().getKey(), payload).stream().anyMatch(
          element -> matches(condition.getNested().getFilter(), "", element.getStructValue().getFieldsMap()));
      default -> throw new IllegalArgumentException("not known to the stub: " + condition);
    };
  }

  private static boolean matches(FieldCondition condition, Map<String, Value> payload) {
    return values(condition.getKey(), payload).stream().anyMatch(
        value -> condition.hasRange() ? within(condition.getRange(), value) : equal(condition.getMatch(), value));
  }

  private static boolean equal(Match match, Value value) {
    return switch (match.getMatchValueCase()) {
      case KEYWORD -> value.hasStringValue() && value.getStringValue().equals(match.getKeyword());
      case KEYWORDS -> value.hasStringValue() && match.getKeywords().getStringsList().contains(value.getStringValue());
      case INTEGER -> value.hasIntegerValue() && value.getIntegerValue() == match.getInteger();
      default -> throw new IllegalArgumentException("not known to the stub: " + match);
    };
  }

  private static boolean within(Range range, Value value) {
    if (!value.hasIntegerValue() && !value.hasDoubleValue()) {
      return false;
    }
    double number = value.hasIntegerValue() ? value.getIntegerValue() : value.getDoubleValue();
    return (!range.hasGte() || number >= range.getGte()) && (!range.hasLte() || number <= range.getLte())
        && (!range.hasGt() || number > range.getGt()) && (!range.hasLt() || number < range.getLt());
  }

  /** A path of plain keys; a key that Qdrant would need quoted is an error. */
  private static List<Value> values(String path, Map<String, Value> payload) {
    Value value = Value.newBuilder().setStructValue(
        io.qdrant.client.grpc.JsonWithInt.Struct.newBuilder().putAllFields(payload)).build();
    for (String key : path.split("\\.", -1)) {
      if (!key.matches("[A-Za-z_-][A-Za-z0-9_-]*")) {
        throw new IllegalArgumentException("not a plain key: " + path);
      }
      value = value.getStructValue().getFieldsOrDefault(key, Value.getDefaultInstance());
    }
    return value.hasListValue() ? value.getListValue().getValuesList() : List.of(value);
  }
}
