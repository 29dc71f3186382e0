-- Reindexing of a knowledge base: a second generation is filled beside the live one, and then queries see it (S9, S19).
create table reindex_jobs (
  id                uuid primary key,
  tenant_id         uuid not null references tenants on delete cascade,
  knowledge_base_id uuid not null references knowledge_bases on delete cascade,
  from_generation   integer not null,
  to_generation     integer not null,
  -- The parts of the knowledge base's config that go with each generation.
  from_config       jsonb not null,
  to_config         jsonb not null,
  -- filling: queries see the old generation. switched: the new one; the old one is kept whole for a rollback. reverting: on the way
  -- back. completing, rolling_back, cancelling: nobody sees the other generation any more, and it is purged.
  state             text not null default 'filling' check (state in ('filling', 'switched', 'reverting', 'completing',
                                                                     'rolling_back', 'cancelling', 'done', 'rolled_back', 'cancelled')),
  -- Of the documents that queries see: all, those that the other generation has as well, those that failed there.
  documents         bigint not null default 0,
  ready             bigint not null default 0,
  failed            bigint not null default 0,
  -- The first hundred that the other generation lacks once only few are left, and why where that is known.
  missing           jsonb not null default '[]',
  keep_seconds      bigint not null,
  keep_until        timestamptz,
  -- Until when flips of what queries see are withheld, so that the other generation catches up.
  withheld_until    timestamptz,
  closed_at         timestamptz,
  leased_until      timestamptz not null default '-infinity',
  due_at            timestamptz not null default now(),
  requested_by      text not null,
  created_at        timestamptz not null default now(),
  -- When it last came further.
  updated_at        timestamptz not null default now(),
  switched_at       timestamptz,
  finished_at       timestamptz
);
create unique index reindex_jobs_open on reindex_jobs (knowledge_base_id)
  where state not in ('done', 'rolled_back', 'cancelled');
create index reindex_jobs_by_knowledge_base on reindex_jobs (knowledge_base_id, created_at desc);
create index reindex_jobs_by_tenant on reindex_jobs (tenant_id);

-- Versions that are complete but must not become live while queries are switched to another generation (S19).
create table withheld_flips (
  document_id       uuid not null,
  generation        integer not null,
  revision          bigint not null,
  attempt           integer not null,
  tenant_id         uuid not null,
  knowledge_base_id uuid not null references knowledge_bases on delete cascade,
  chunk_count       integer not null,
  primary key (document_id, generation, revision, attempt)
);
create index withheld_flips_by_knowledge_base on withheld_flips (knowledge_base_id);
