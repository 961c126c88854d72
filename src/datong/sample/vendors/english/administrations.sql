-- drugs given on the ward
select
  administration_number as "event_id",
  order_number as "order_id",
  number as "visit_id",
  local_id as "patient_id",
  atc as "atc",
  text as "drug_name",
  spec as "strength",
  dose as "dose",
  dose_unit as "dose_unit",
  route as "route",
  strftime(scheduled, '%Y-%m-%dT%H:%M:%S') as "scheduled_at",
  strftime(time, '%Y-%m-%dT%H:%M:%S') as "given_at",
  case given when '已执行' then 'GIVEN' when '拒绝' then 'REFUSED' when '暂停' then 'HELD' else given end as "outcome"
from administrations
