-- Given by whoever records: a batch that is written again after a time-out must not stand there twice.
alter table audit_log add column record_id uuid not null default gen_random_uuid();
create unique index audit_log_record on audit_log (record_id);
