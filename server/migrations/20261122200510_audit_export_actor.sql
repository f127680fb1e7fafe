-- Who asked, for the event that ends an export whose process died. Null in rows of earlier versions.
alter table audit_export add column requested_by text;
