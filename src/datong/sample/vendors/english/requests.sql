-- orders of anything but drugs
select
  request_number as "request_id",
  number as "visit_id",
  local_id as "patient_id",
  case kind when '检验' then 'LAB' when '手术' then 'SURGERY' when '护理' then 'NURSING' when '膳食' then 'DIET' when '检查' then 'IMAGING' end as "request_type",
  text as "requested_item",
  strftime(time, '%Y-%m-%dT%H:%M:%S') as "requested_at",
  'COMPLETED' as "request_status"
from requests
