alter table organisation add column type text;

update organisation set type = 'community_health_centre' where kind = 'centre';
update organisation set type = 'community_health_station' where kind = 'station';

alter table organisation add constraint organisation_type check (type in (
  'community_health_centre', 'community_health_station', 'hospital', 'social_security', 'other'
));

-- Institutions have one, areas have none.
alter table organisation add constraint organisation_typed
  check ((type is null) = (kind in ('city', 'town')));

create index organisation_parent on organisation (parent_id);
