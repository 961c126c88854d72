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
  case when kind = 'inpatient' then discharge_way end as "disposition",
  smoking as "smoking",
  alcohol as "alcohol",
  referred_to as "referred_to",
  case referral when 'up' then 'UP' when 'down' then 'DOWN' else '' end as "referral_direction",
  ward_to as "transferred_to",
  strftime(ward_time, '%Y-%m-%dT%H:%M:%S') as "transferred_at"
from encounters
