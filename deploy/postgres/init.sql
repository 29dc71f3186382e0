-- Runs once, when the data folder is made. The tables are the services' business.
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
