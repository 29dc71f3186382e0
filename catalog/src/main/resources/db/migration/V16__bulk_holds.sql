-- What of the bulk lane operators hold back: a job, or with job_id null a tenant's whole lane.
create table bulk_holds (
  tenant_id    uuid not null references tenants on delete cascade,
  job_id       uuid references ingest_jobs on delete cascade,
  paused_at    timestamptz,
  -- Until all that was accepted before this time has ended.
  cancelled_at timestamptz,
  check (paused_at is not null or cancelled_at is not null)
);
create unique index bulk_holds_of_lane on bulk_holds (tenant_id) where job_id is null;
create unique index bulk_holds_of_job on bulk_holds (job_id);
create index bulk_holds_by_tenant on bulk_holds (tenant_id);
alter table ingest_jobs add column cancelled_at timestamptz;

-- Versions that were held back before they were parsed, as they were read. No reference to what may be deleted meanwhile: the
-- pipeline, to which they go back, knows what to do with those.
create table parked_versions (
  document_id uuid not null,
  revision    bigint not null,
  attempt     integer not null,
  -- Of the record: a revision is parked once for each generation that wants it.
  digest      text not null,
  tenant_id   uuid not null,
  job_id      uuid,
  value       bytea not null,
  headers     jsonb not null default '{}',
  parked_at   timestamptz not null default now(),
  primary key (document_id, revision, attempt, digest)
);
create index parked_versions_by_tenant on parked_versions (tenant_id, parked_at);
-- A queue, as those of V2.
alter table parked_versions set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
