-- What was asked and answered, for those who asked. The owner is who may read it: a person if the key speaks for one, else the key;
-- answers may hold what others of the tenant must not read.
create table conversations (
  id                 uuid primary key,
  tenant_id          uuid not null references tenants on delete cascade,
  owner              text not null,
  title              text not null default '' check (char_length(title) <= 255),
  knowledge_base_ids uuid[] not null default '{}',
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now()
);
create index conversations_newest_first on conversations (tenant_id, owner, created_at desc, id);

create table conversation_messages (
  conversation_id uuid not null references conversations on delete cascade,
  ordinal         integer not null,
  role            text not null check (role in ('user', 'assistant')),
  content         text not null,
  -- Of an answer: the passages that it cited and whether it was found to be supported.
  chunk_ids       uuid[] not null default '{}',
  grounded        boolean,
  created_at      timestamptz not null default now(),
  primary key (conversation_id, ordinal)
);
