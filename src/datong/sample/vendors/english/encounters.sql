-- visits and stays
select
  number as "visit_id",
  local_id as "patient_id",
  case kind when 'outpatient' then 'OP' when 'emergency' then 'ER' when 'inpatient' then 'IP' when 'checkup' then 'HC' else kind end as "visit_type",
  strftime(start, '%Y-%m-%dT%H:%M:%S') as "admitted_at",
  strftime("end", '%Y-%m-%dT%H:%M:%S') as "discharged_at",
  department as "department",
  doctor as "physician",
  case when kind = 'inpatient' then admit_route end as "admit_source",
  case when kind = 'inpatient' then discharge_way end as "disposition"
from encounters
