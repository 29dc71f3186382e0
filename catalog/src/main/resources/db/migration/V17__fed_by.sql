-- The key that brought the document's newest content over HTTP; null: nobody known, or Kafka. Who may not read the document may
-- replace it with this key alone. A service of the version before this one does not write it, so that it may name the one before.
alter table documents add column fed_by uuid;
