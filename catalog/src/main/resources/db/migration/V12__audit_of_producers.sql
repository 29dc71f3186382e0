-- Document changes that come straight from Kafka have nobody's credential.
alter table audit_log drop constraint audit_log_actor_kind_check;
alter table audit_log add constraint audit_log_actor_kind_check
  check (actor_kind in ('api_key', 'operator', 'producer', 'nobody')) not valid;

-- What operators look for; each as the list is sorted, so that a page reads no more than it shows.
create index audit_log_denied on audit_log (at desc, id desc) where status in (401, 403);
create index audit_log_by_code on audit_log (code, at desc, id desc) where code is not null;
create index audit_log_by_target on audit_log using gin (target jsonb_ops);
