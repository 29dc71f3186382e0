-- Operators' credentials beside ADMIN_TOKEN.
create table admin_tokens (
  id           uuid primary key,
  name         text not null check (char_length(name) between 1 and 255),
  -- SHA-256 of the whole token; the token itself is shown once and kept nowhere.
  token_hash   bytea not null unique,
  token_prefix text not null,
  -- The name of the token that made it.
  created_by   text not null,
  expires_at   timestamptz,
  revoked_at   timestamptz,
  last_used_at timestamptz,
  created_at   timestamptz not null default now()
);
create index admin_tokens_newest_first on admin_tokens (created_at desc, id);
