-- A person's orders over years, for his export and his erasure.

create index checkout_order_identification on checkout_order (identification_id);
