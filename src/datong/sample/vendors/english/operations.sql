-- operations
select
  operation_number as "operation_id",
  number as "visit_id",
  local_id as "patient_id",
  rank as "seq",
  code as "icd9cm3",
  text as "operation_name",
  strftime(time, '%Y-%m-%dT%H:%M:%S') as "started_at",
  strftime(end_time, '%Y-%m-%dT%H:%M:%S') as "ended_at",
  level as "grade",
  anaesthesia as "anaesthesia",
  incision as "incision",
  surgeon as "surgeon"
from operations
