-- Who did what. Rows outlive what they speak of, so they refer to nothing; they leave by age alone.
create table audit_log (
  id         bigint generated always as identity primary key,
  at         timestamptz not null,
  tenant_id  uuid,
  -- nobody: no credential, or one that is not known.
  actor_kind text not null check (actor_kind in ('api_key', 'operator', 'nobody')),
  actor_id   uuid,
  -- Of an operator: the name of the token.
  actor_name text,
  -- The method and the route, as in POST /admin/tenants/{id}/disable.
  action     text not null,
  -- Ids by their names in the route; created: that of what came into being.
  target     jsonb not null default '{}',
  -- 0: the caller went away before the answer.
  status     integer not null,
  -- Of a failure.
  code       text,
  address    text,
  request_id text not null
);
create index audit_log_newest_first on audit_log (at desc, id desc);
create index audit_log_by_tenant on audit_log (tenant_id, at desc, id desc);
create index audit_log_by_actor on audit_log (actor_id, at desc, id desc);
create index audit_log_by_request on audit_log (request_id);
