package io.selfrag.query.tenants;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.isolation.IsolationMigrations;
import io.selfrag.catalog.tenant.KnowledgeBases;
import io.selfrag.catalog.tenant.Tenant;
import io.selfrag.catalog.tenant.Tenants;
import io.selfrag.query.knowledgebases.KnowledgeBaseLife;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.CredentialChanges;
import io.selfrag.service.trace.TraceContext;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Creates, changes, disables and deletes tenants. */
public final class TenantLife {
  private final CatalogDatabase database;
  private final Tenants tenants;
  private final KnowledgeBases bases;
  private final KnowledgeBaseLife baseLife;
  private final IsolationMigrations migrations;
  private final KeyRing keys;
  private final CredentialChanges changes;

  public TenantLife(CatalogDatabase database, Tenants tenants, KnowledgeBases bases, KnowledgeBaseLife baseLife,
      IsolationMigrations migrations, KeyRing keys, CredentialChanges changes) {
    this.database = database;
    this.tenants = tenants;
    this.bases = bases;
    this.baseLife = baseLife;
    this.migrations = migrations;
    this.keys = keys;
    this.changes = changes;
  }

  /** A new tenant and its first key. */
  public record Created(Tenant tenant, IssuedKey initialKey) {}

  /**
   * Belongs into a transaction.
   *
   * @throws SelfRagException {@code TENANT_NAME_EXISTS}
   */
  public Mono<Created> create(Tenant tenant) {
    return tenants.insert(tenant).flatMap(
        created -> keys.issue(created.id(), KeyDraft.initial(), null).map(key -> new Created(created, key)));
  }

  /**
   * @throws SelfRagException {@code TENANT_NOT_FOUND}
   */
  public Mono<Tenant> find(UUID id) {
    return tenants.find(id).switchIfEmpty(Mono.error(TenantLife::notFound));
  }

  /**
   * Writes what an operator may change. Another isolation strategy moves the tenant's points in the background (S26).
   *
   * @throws SelfRagException {@code TENANT_NOT_FOUND}, {@code TENANT_NAME_EXISTS}
   */
  public Mono<Tenant> change(Tenant wanted) {
    // When auto moves a tenant is the sink's to say; it knows the threshold.
    return database.inTransaction(tenants.update(wanted).flatMap(it -> migrations.steer(it.id(), null))
        .then(find(wanted.id())));
  }

  /**
   * Its keys open nothing from now on; its data stays.
   *
   * @throws SelfRagException {@code TENANT_NOT_FOUND}, {@code TENANT_ALREADY_DISABLED}
   */
  public Mono<Tenant> disable(UUID id, @Nullable String reason) {
    return find(id).then(tenants.disable(id, reason)).flatMap(done -> done
        ? changes.announce().then(find(id))
        : Mono.error(new SelfRagException(ErrorCode.TENANT_ALREADY_DISABLED, "this tenant is disabled already")));
  }

  /**
   * @throws SelfRagException {@code TENANT_NOT_FOUND}, {@code TENANT_ALREADY_ACTIVE}
   */
  public Mono<Tenant> enable(UUID id) {
    return find(id).then(tenants.enable(id)).flatMap(done -> done
        ? changes.announce().then(find(id))
        : Mono.error(new SelfRagException(ErrorCode.TENANT_ALREADY_ACTIVE, "this tenant is active already")));
  }

  /**
   * Unusable at once, all of it gone in the background. One transaction, whose locks are taken in the order of everyone: knowledge
   * bases by id, the tenant, and its counters last.
   *
   * @throws SelfRagException {@code TENANT_NOT_FOUND}
   */
  public Mono<Void> delete(UUID id, TraceContext trace) {
    var work = find(id).then(bases.lockOfTenant(id).collectList())
        .flatMap(locked -> tenants.markDeleting(id)
            .flatMap(done -> done ? Mono.just(locked) : Mono.error(notFound())))
        .flatMapIterable(it -> it).concatMap(base -> baseLife.delete(id, base, trace)).then(Mono.just(true));
    return database.inTransaction(work).then(Mono.defer(changes::announce));
  }

  private static SelfRagException notFound() {
    return new SelfRagException(ErrorCode.TENANT_NOT_FOUND, "there is no such tenant");
  }
}
