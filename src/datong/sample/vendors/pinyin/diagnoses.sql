-- diagnoses, the principal first; those of stays are on the front page
select
  diagnosis_number as "ZDLSH",
  number as "JZLSH",
  local_id as "BRID",
  rank as "ZDXH",
  case rank when 1 then '1' else '2' end as "ZDLX",
  code as "ZDBM",
  text as "ZDMC",
  strftime(time, '%Y%m%d%H%M%S') as "ZDSJ"
from diagnoses
where not inside
