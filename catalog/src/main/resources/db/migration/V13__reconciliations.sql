-- What operators ask the sink to do with the vector store: compare it with the rows, repair it, or write it anew. The work goes
-- from document to document in the order of their keys; after_* is how far it has come.
create table reconciliations (
  id               uuid primary key,
  mode             text not null check (mode in ('report', 'repair', 'rebuild')),
  -- null: every tenant.
  tenant_id        uuid,
  state            text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
  -- rows: from the chunk rows to their points; points: from the points to their documents; ledger: the tables among themselves.
  phase            text not null default 'rows' check (phase in ('rows', 'points', 'ledger')),
  after_tenant     uuid not null default '00000000-0000-0000-0000-000000000000',
  after_base       uuid not null default '00000000-0000-0000-0000-000000000000',
  after_id         uuid not null default '00000000-0000-0000-0000-000000000000',
  after_collection text not null default '',
  -- Found so far.
  documents        bigint not null default 0,
  chunks           bigint not null default 0,
  missing          bigint not null default 0,
  wrong            bigint not null default 0,
  stale            bigint not null default 0,
  orphaned         bigint not null default 0,
  unvectored       bigint not null default 0,
  miscounted       bigint not null default 0,
  violations       bigint not null default 0,
  repaired         bigint not null default 0,
  -- The first hundred of what was found.
  findings         jsonb not null default '[]',
  -- Why it failed.
  error            text,
  leased_until     timestamptz not null default '-infinity',
  requested_by     text not null,
  created_at       timestamptz not null default now(),
  started_at       timestamptz,
  updated_at       timestamptz not null default now(),
  finished_at      timestamptz
);
create index reconciliations_newest_first on reconciliations (created_at desc, id);
create index reconciliations_open on reconciliations (created_at) where state in ('waiting', 'running');
