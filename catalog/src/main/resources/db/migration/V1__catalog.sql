-- What exists. Held to PostgreSQL 15. Rule numbers (S..) are those of the ingestion rules in ARCHITECTURE.md.

create table tenants (
  id                 uuid primary key,
  name               text not null check (char_length(name) between 1 and 255),
  plan               text not null default 'free' check (plan in ('free', 'standard', 'enterprise')),
  status             text not null default 'active' check (status in ('active', 'disabled', 'deleting')),
  isolation_strategy text not null default 'partition' check (isolation_strategy in ('partition', 'collection', 'auto')),
  -- Raised by every step of an isolation migration; flips check it (S26).
  route_epoch        bigint not null default 1,
  quota_kb_count     integer not null default 10,
  quota_doc_count    integer not null default 1000,
  quota_storage_mb   integer not null default 1024,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  disabled_at        timestamptz,
  disabled_reason    text
);

-- A tenant being deleted gives its name free.
create unique index tenants_by_name on tenants (name) where status <> 'deleting';
create index tenants_newest_first on tenants (created_at desc, id);

-- Counters live apart from the rows that sinks share-lock, or two flips would deadlock (S12).
create table tenant_counters (
  tenant_id     uuid primary key references tenants on delete cascade,
  kb_count      bigint not null default 0,
  doc_count     bigint not null default 0,
  storage_bytes bigint not null default 0
);

create table api_keys (
  id                    uuid primary key,
  tenant_id             uuid not null references tenants on delete cascade,
  name                  text not null,
  description           text,
  role                  text not null check (role in ('read', 'write', 'admin')),
  -- SHA-256 of the whole key; the key itself is shown once and kept nowhere.
  key_hash              bytea not null unique,
  key_prefix            text not null,
  -- The secret before a rotation, valid for its grace period.
  previous_hash         bytea unique,
  previous_valid_until  timestamptz,
  scope_kb_ids          uuid[],
  expires_at            timestamptz,
  rate_limit_per_minute integer,
  identity              jsonb,
  revoked_at            timestamptz,
  last_used_at          timestamptz,
  created_at            timestamptz not null default now(),
  updated_at            timestamptz not null default now()
);
create index api_keys_by_tenant on api_keys (tenant_id, created_at desc);

create table knowledge_bases (
  id              uuid primary key,
  tenant_id       uuid not null references tenants on delete cascade,
  name            text not null check (char_length(name) between 1 and 255),
  description     text,
  config          jsonb not null default '{}',
  live_generation integer not null default 1,
  status          text not null default 'active' check (status in ('active', 'switching', 'deleting')),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now()
);
create unique index knowledge_bases_by_name on knowledge_bases (tenant_id, name) where status <> 'deleting';
create index knowledge_bases_by_tenant on knowledge_bases (tenant_id, created_at desc);

-- revision is raised by every flip, delete, patch and ACL change; caches of results are keyed by it (S18).
create table knowledge_base_counters (
  knowledge_base_id uuid primary key references knowledge_bases on delete cascade,
  tenant_id         uuid not null,
  document_count    bigint not null default 0,
  chunk_count       bigint not null default 0,
  revision          bigint not null default 0
);

-- spec: {chunker, chunker_params, language, models: [{language, provider, model, dimension}]}
create table generations (
  knowledge_base_id uuid not null references knowledge_bases on delete cascade,
  generation        integer not null,
  spec              jsonb not null,
  state             text not null default 'open' check (state in ('open', 'closed')),
  created_at        timestamptz not null default now(),
  primary key (knowledge_base_id, generation)
);

-- The row is the quota reservation (S21) and, once deleted, the tombstone (S2): it is never removed while its knowledge
-- base exists.
create table documents (
  tenant_id           uuid not null,
  knowledge_base_id   uuid not null references knowledge_bases on delete cascade,
  id                  uuid not null,
  external_id         text,
  title               text not null,
  metadata            jsonb not null default '{}',
  source              text,
  sensitivity_level   text not null default 'public' check (sensitivity_level in ('public', 'internal', 'restricted')),
  acl_users           text[] not null default '{}',
  acl_roles           text[] not null default '{}',
  acl_groups          text[] not null default '{}',
  attributes_revision bigint not null default 0,
  -- Highest revision handed out or seen: the next one is greatest(clock, last_revision + 1) (S1).
  last_revision       bigint not null default 0,
  -- What processing_status, stage and error are about; written by the projection alone (S14).
  newest_revision     bigint not null default 0,
  newest_attempt      integer not null default 0,
  processing_status   text not null default 'pending'
    check (processing_status in ('pending', 'processing', 'completed', 'failed', 'interrupted', 'deleted')),
  stage               text,
  error_stage         text,
  error_code          text,
  error_message       text,
  -- Visible iff a live revision of the live generation is above it (S2).
  deleted_revision    bigint not null default 0,
  -- Versions up to this one that are not live are dropped; a retry takes a higher attempt and passes.
  interrupted_revision bigint not null default 0,
  interrupted_attempt integer not null default 0,
  -- The version users see: 1, 2, 3 ...; given when a revision flips (S5).
  version             integer not null default 0,
  content_sha256      bytea,
  size_bytes          bigint not null default 0,
  -- Whether the tenant's counters hold this row: one document and its size_bytes. Who reserves sets it; who releases
  -- (a delete, or a failure without a live revision) clears it in the statement that lowers the counters (S21).
  counted             boolean not null default false,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),
  primary key (tenant_id, knowledge_base_id, id)
);
-- A known id under another owner is a conflict (S4), so ids are unique over all tenants.
create unique index documents_by_id on documents (id);
create index documents_newest_first on documents (tenant_id, knowledge_base_id, created_at desc, id);
create index documents_by_status on documents (tenant_id, knowledge_base_id, processing_status);
create unique index documents_by_external_id on documents (knowledge_base_id, external_id) where external_id is not null;

-- Which version of a document each generation shows.
create table document_generations (
  document_id       uuid not null,
  generation        integer not null,
  tenant_id         uuid not null,
  knowledge_base_id uuid not null references knowledge_bases on delete cascade,
  live_revision     bigint not null,
  live_attempt      integer not null,
  chunk_count       integer not null,
  flipped_at        timestamptz not null default now(),
  primary key (document_id, generation)
);
create index document_generations_by_kb on document_generations (knowledge_base_id, generation);

-- The ledger: one row for each accepted revision, ending in exactly one terminal state (I1).
create table document_revisions (
  document_id       uuid not null,
  revision          bigint not null,
  attempt           integer not null default 0,
  tenant_id         uuid not null,
  knowledge_base_id uuid not null references knowledge_bases on delete cascade,
  kind              text not null check (kind in ('upsert', 'delete', 'patch', 'interrupt')),
  -- accepting: handed to the broker, answer unknown (S3).
  state             text not null check (state in ('accepting', 'pending', 'processing', 'indexed', 'unchanged', 'superseded',
                                                   'interrupted', 'deleted', 'patched', 'failed')),
  lane              text not null default 'interactive' check (lane in ('interactive', 'bulk')),
  job_id            uuid,
  content_sha256    bytea,
  size_bytes        bigint not null default 0,
  file_name         text,
  media_type        text,
  -- Of an upsert that replaces a visible document: what its flip will write, on which a patch before that builds (S16).
  attributes        jsonb,
  chunk_count       integer,
  equals_revision   bigint,
  error_stage       text,
  error_code        text,
  error_message     text,
  -- End offsets of the documents topics, read once the send can no longer arrive: the row is removed only after the
  -- order application has passed them (S3).
  send_horizon      jsonb,
  accepted_at       timestamptz not null default now(),
  deadline_at       timestamptz not null default now() + interval '6 hours',
  finished_at       timestamptz,
  primary key (document_id, revision)
);
create index document_revisions_by_job on document_revisions (job_id, state) where job_id is not null;
create index document_revisions_open on document_revisions (tenant_id, lane)
  where state in ('accepting', 'pending', 'processing');
create index document_revisions_due on document_revisions (deadline_at)
  where state in ('accepting', 'pending', 'processing');
create index document_revisions_by_content on document_revisions (tenant_id, content_sha256);
create index document_revisions_by_kb on document_revisions (knowledge_base_id);

create table chunks (
  id                uuid primary key,
  tenant_id         uuid not null,
  knowledge_base_id uuid not null,
  document_id       uuid not null,
  generation        integer not null,
  revision          bigint not null,
  attempt           integer not null,
  ordinal           integer not null,
  text              text not null,
  context           text not null default '',
  char_start        integer not null,
  char_end          integer not null,
  page_from         integer,
  page_to           integer,
  heading_path      text[] not null default '{}',
  tokens            integer not null,
  language          text not null,
  parent_text       text,
  -- provider/model/dimension of its vector.
  model             text not null,
  created_at        timestamptz not null default now()
);
create unique index chunks_of_version on chunks (document_id, generation, revision, attempt, ordinal);
create index chunks_by_kb on chunks (tenant_id, knowledge_base_id, generation);

-- float32, little-endian: the index can be rebuilt without embedding (S15).
create table chunk_vectors (
  chunk_id    uuid primary key,
  document_id uuid not null,
  generation  integer not null,
  revision    bigint not null,
  attempt     integer not null,
  vector      bytea not null
);
alter table chunk_vectors alter column vector set storage external;
create index chunk_vectors_of_version on chunk_vectors (document_id, generation, revision, attempt);

-- The timeline; seq is the Last-Event-ID of its stream.
create table document_events (
  seq               bigint generated always as identity primary key,
  tenant_id         uuid not null,
  knowledge_base_id uuid not null,
  document_id       uuid not null,
  revision          bigint not null,
  attempt           integer not null,
  stage             text not null,
  generation        integer not null default 0,
  at                timestamptz not null,
  chunk_count       integer,
  equals_revision   bigint,
  error_stage       text,
  error_code        text,
  error_message     text
);
create unique index document_events_once on document_events (document_id, revision, attempt, stage, generation);
create index document_events_by_document on document_events (document_id, seq);
create index document_events_by_kb on document_events (knowledge_base_id);

-- Original bytes by tenant and hash (S22), in parts, so that neither side holds a document whole.
create table contents (
  tenant_id     uuid not null,
  sha256        bytea not null,
  size_bytes    bigint not null,
  parts         integer not null,
  referenced_at timestamptz not null default now(),
  created_at    timestamptz not null default now(),
  primary key (tenant_id, sha256)
);
create index contents_unreferenced on contents (referenced_at);
create table content_parts (
  tenant_id uuid not null,
  sha256    bytea not null,
  part      integer not null,
  bytes     bytea not null,
  primary key (tenant_id, sha256, part),
  foreign key (tenant_id, sha256) references contents on delete cascade
);
alter table content_parts alter column bytes set storage external;

-- Changes that must reach the broker because their transaction committed (S3); relayed at least once, in order.
create table outbox (
  id         bigint generated always as identity primary key,
  topic      text not null,
  -- null: the record goes to every partition.
  record_key text,
  value      bytea not null,
  headers    jsonb not null default '{}',
  created_at timestamptz not null default now()
);

-- What must go from the vector store and PostgreSQL (S13). document_id null: a whole knowledge base, or with
-- knowledge_base_id null a whole tenant. below_*: versions below (revision, attempt); only_*: exactly that version; neither: all.
-- generation null: every generation.
create table purges (
  id                bigint generated always as identity primary key,
  tenant_id         uuid not null,
  knowledge_base_id uuid,
  document_id       uuid,
  generation        integer,
  below_revision    bigint,
  below_attempt     integer,
  only_revision     bigint,
  only_attempt      integer,
  created_at        timestamptz not null default now(),
  -- Deleted once; deleted again after this, against writers that were thought dead, and then the row goes.
  again_after       timestamptz
);
create index purges_due on purges (again_after nulls first, id);

create table idempotency_keys (
  credential_id uuid not null,
  route         text not null,
  key           text not null,
  body_hash     bytea not null,
  state         text not null default 'running' check (state in ('running', 'done')),
  lease_until   timestamptz not null,
  status        integer,
  response      jsonb,
  resource_id   uuid,
  created_at    timestamptz not null default now(),
  primary key (credential_id, route, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);

create table ingest_jobs (
  id                uuid primary key,
  tenant_id         uuid not null references tenants on delete cascade,
  knowledge_base_id uuid not null references knowledge_bases on delete cascade,
  -- Lines or items read, and those refused before they became documents.
  received          bigint not null default 0,
  rejected          bigint not null default 0,
  -- False while the request that sends it is still open.
  complete          boolean not null default false,
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now()
);
create index ingest_jobs_by_tenant on ingest_jobs (tenant_id, created_at desc);

create table dead_letters (
  id                 uuid primary key,
  topic              text not null,
  partition          integer not null,
  record_offset      bigint not null,
  tenant_id          uuid,
  knowledge_base_id  uuid,
  document_id        uuid,
  stage              text not null,
  code               text not null,
  message            text not null,
  attempt            integer not null default 0,
  original_topic     text not null,
  original_partition integer not null,
  original_offset    bigint not null,
  record_key         bytea,
  value              bytea,
  headers            jsonb not null default '{}',
  created_at         timestamptz not null,
  replayed_at        timestamptz,
  unique (topic, partition, record_offset)
);
create index dead_letters_newest_first on dead_letters (created_at desc);
create index dead_letters_by_tenant on dead_letters (tenant_id, created_at desc);
