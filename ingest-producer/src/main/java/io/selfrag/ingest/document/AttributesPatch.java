package io.selfrag.ingest.document;

import io.selfrag.catalog.intake.DocumentAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which attributes are to change. An absent field stays, {@code null} puts it back to what a document has that never named it;
 * the title cannot be taken away.
 */
public record AttributesPatch(@Nullable JsonNode title, @Nullable JsonNode metadata, @Nullable JsonNode source,
    @Nullable JsonNode sensitivityLevel, @Nullable JsonNode aclUsers, @Nullable JsonNode aclRoles,
    @Nullable JsonNode aclGroups) {

  /**
   * The change, checked.
   *
   * @throws io.selfrag.service.http.ValidationException with all problems
   */
  public UnaryOperator<DocumentAttributes> check(DocumentRules rules) {
    var problems = new Problems();
    var newTitle = title == null ? "" : DocumentRules.title(text("title", title, problems), problems);
    var newMetadata = rules.metadata(metadata, problems);
    var newSource = DocumentRules.source(text("source", source, problems), problems);
    var newLevel = DocumentRules.sensitivity(text("sensitivity_level", sensitivityLevel, problems), problems);
    var newUsers = DocumentRules.acl("acl_users", texts("acl_users", aclUsers, problems), problems);
    var newRoles = DocumentRules.acl("acl_roles", texts("acl_roles", aclRoles, problems), problems);
    var newGroups = DocumentRules.acl("acl_groups", texts("acl_groups", aclGroups, problems), problems);
    problems.throwIfAny();
    return old -> new DocumentAttributes(title == null ? old.title() : newTitle,
        metadata == null ? old.metadata() : newMetadata, source == null ? old.source() : newSource,
        sensitivityLevel == null ? old.sensitivity() : newLevel, aclUsers == null ? old.users() : newUsers,
        aclRoles == null ? old.roles() : newRoles, aclGroups == null ? old.groups() : newGroups);
  }

  private static @Nullable String text(String field, @Nullable JsonNode node, Problems problems) {
    if (node == null || node.isNull()) {
      return null;
    }
    if (!node.isString()) {
      problems.add(field, "must be a string");
      return null;
    }
    return node.asString();
  }

  private static @Nullable List<@Nullable String> texts(String field, @Nullable JsonNode node, Problems problems) {
    if (node == null || node.isNull()) {
      return null;
    }
    if (!node.isArray() || !node.valueStream().allMatch(JsonNode::isString)) {
      problems.add(field, "must be a list of strings");
      return null;
    }
    var texts = new ArrayList<@Nullable String>();
    node.valueStream().forEach(it -> texts.add(Objects.requireNonNull(it.asString())));
    return texts;
  }
}
