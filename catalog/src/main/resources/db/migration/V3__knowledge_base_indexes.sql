-- A knowledge base that goes takes along what refers to it, which is looked for by its id alone.
create index documents_by_kb on documents (knowledge_base_id);
create index ingest_jobs_by_kb on ingest_jobs (knowledge_base_id);
