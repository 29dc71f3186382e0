-- What operators set while the system runs, in force on every replica; what is not here is as the environment says.
create table system_config (
  key        text primary key check (key ~ '^[a-z][a-z0-9_]{0,63}$'),
  -- As text; of a secret, what it was encrypted to.
  value      text not null,
  -- The name of the token that set it.
  updated_by text not null,
  updated_at timestamptz not null default now()
);
