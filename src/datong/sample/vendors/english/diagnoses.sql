-- diagnoses, the principal first
select
  diagnosis_number as "diagnosis_id",
  number as "visit_id",
  local_id as "patient_id",
  rank as "seq",
  case rank when 1 then 'P' else 'S' end as "dx_type",
  code as "icd10",
  text as "diagnosis_name",
  strftime(time, '%Y-%m-%dT%H:%M:%S') as "diagnosed_at"
from diagnoses
