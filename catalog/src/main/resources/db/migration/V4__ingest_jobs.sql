-- Who says that nothing more comes in with a job: the request that feeds it, which may die, or a client that opened it.
alter table ingest_jobs add column completed_by_client boolean not null default false;
create index ingest_jobs_open on ingest_jobs (updated_at) where not complete;
