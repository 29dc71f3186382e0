package io.selfrag.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * How PostgreSQL goes about a statement.
 *
 * @param root of the plan
 */
record StatementPlan(String sql, JsonNode root) {
  private static final Set<String> INDEX_SCANS = Set.of("Index Scan", "Index Only Scan", "Bitmap Index Scan");

  /**
   * Where it reads more of a table than it needs: a scan of all of it, or of all of an index that holds every row, where no limit
   * stops it.
   *
   * @param partialIndexes those that hold some of the rows only, so that all of one is what is meant
   */
  List<String> wholeReads(Set<String> tables, Set<String> partialIndexes) {
    var found = new ArrayList<String>();
    visit(root, false, tables, partialIndexes, found);
    return found;
  }

  private static void visit(JsonNode node, boolean limited, Set<String> tables, Set<String> partialIndexes,
      List<String> found) {
    String type = node.path("Node Type").asString("");
    String index = node.path("Index Name").asString("");
    if (type.equals("Seq Scan") && tables.contains(node.path("Relation Name").asString(""))) {
      found.add("Seq Scan on " + node.path("Relation Name").asString());
    }
    boolean whole = INDEX_SCANS.contains(type) && !node.has("Index Cond") && !partialIndexes.contains(index);
    if (whole && !limited && tables.stream().anyMatch(index::startsWith)) {
      found.add(type + " of all of " + index);
    }
    boolean stops = limited || type.equals("Limit");
    node.path("Plans").forEach(child -> visit(child, stops, tables, partialIndexes, found));
  }

  /** The statement, and each step with what it reads. */
  @Override
  public String toString() {
    var lines = new StringBuilder(sql);
    describe(root, "\n  ", lines);
    return lines.toString();
  }

  private static void describe(JsonNode node, String indent, StringBuilder lines) {
    lines.append(indent).append(node.path("Node Type").asString(""));
    for (String detail : List.of("Relation Name", "Index Name", "CTE Name", "Index Cond", "Filter", "Plan Rows")) {
      if (node.has(detail)) {
        lines.append(", ").append(detail).append(": ").append(node.path(detail).asString(""));
      }
    }
    node.path("Plans").forEach(child -> describe(child, indent + "  ", lines));
  }
}
