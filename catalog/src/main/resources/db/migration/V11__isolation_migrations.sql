-- Where a tenant's points are, and the way between the two places (S26). The strategy says where they should be.

-- Where queries look, and which other place is written too, after that one. Every change of either raises route_epoch.
alter table tenants
  add column read_place  text not null default 'partition' check (read_place in ('partition', 'collection')),
  add column other_place text check (other_place in ('partition', 'collection') and other_place <> read_place);
update tenants set read_place = 'collection' where isolation_strategy = 'collection';

-- Apart from the tenants' rows, which sinks share-lock: progress is written often.
create table isolation_migrations (
  tenant_id    uuid primary key references tenants on delete cascade,
  -- Where the points will be in the end.
  target       text not null check (target in ('partition', 'collection')),
  -- copying, verifying: queries look in the other place. switched: they look in the target, and both are complete.
  -- purging: only the target is written any more.
  state        text not null check (state in ('copying', 'verifying', 'switched', 'purging')),
  -- How far this state has come: the shared collection of the model, the last id there, and which time it goes through all.
  collection   text,
  cursor       uuid,
  pass         integer not null default 0,
  -- Points that the place read from held at the start, points copied, and points that the newest comparison had to mend.
  total        bigint not null default 0,
  copied       bigint not null default 0,
  mended       bigint not null default 0,
  -- Raised by whoever takes it and by every turn of it: who holds an older one must not write here.
  claim        bigint not null default 0,
  leased_until timestamptz not null default '-infinity',
  due_at       timestamptz not null default now(),
  started_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now()
);

-- How many points a tenant has is asked of every tenant that auto may move.
create index knowledge_base_counters_by_tenant on knowledge_base_counters (tenant_id);
