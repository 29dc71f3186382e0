-- What operators look for alone; as the list is sorted, so that a page reads no more than it shows.
create index audit_log_by_address on audit_log (address, at desc, id desc) where address is not null;
create index audit_log_by_status on audit_log (status, at desc, id desc);
