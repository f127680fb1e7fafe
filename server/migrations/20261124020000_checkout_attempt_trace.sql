-- Of the request that asked; null where the platform asked by itself.
alter table checkout_attempt add column trace_id text;
