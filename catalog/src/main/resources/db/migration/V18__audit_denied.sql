-- Answered like what does not exist, though it is there: another tenant's, or hidden by an ACL.
alter table audit_log add column denied boolean not null default false;
create index audit_log_refused on audit_log (at desc, id desc) where status in (401, 403) or denied;
