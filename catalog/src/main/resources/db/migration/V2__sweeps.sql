-- Background work that the sinks share, and indexes without which it slows down as it piles up.

-- Who took a purge has it until the lease ends: several sinks share the work instead of each doing all of it.
alter table purges add column leased_until timestamptz not null default '-infinity';
drop index purges_due;
create index purges_first on purges (id) where again_after is null;
create index purges_again on purges (again_after, id) where again_after is not null;
-- Whether the same is waiting already is asked for every intent that is recorded.
create index purges_of_document on purges (document_id) where again_after is null;

-- Documents whose copies in the vector store are to be made like their rows (S16). Recorded in the transaction of the
-- change; one row a document, so that two never write the copies of one at once and an older state never comes last.
create table refreshes (
  document_id       uuid primary key,
  tenant_id         uuid not null,
  knowledge_base_id uuid not null,
  -- Rises with every further change: what changed while the copies were written is written again.
  wanted            bigint not null default 1,
  leased_until      timestamptz not null default '-infinity',
  created_at        timestamptz not null default now()
);
create index refreshes_in_order on refreshes (created_at);

-- The document id follows from the external id, so the primary key makes it unique; and a B-tree refuses the longest ids.
drop index documents_by_external_id;
create index documents_by_external_id on documents using hash (external_id) where external_id is not null;

-- Queues: as many rows go as come, so what is dead must be cleared by number and not by share.
alter table outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
alter table purges set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
alter table refreshes set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
