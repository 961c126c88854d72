-- vital signs, one a row
select
  sign_number as "TZLSH",
  number as "JZLSH",
  local_id as "BRID",
  text as "TZXM",
  value as "TZZ",
  unit as "TZDW",
  strftime(time, '%Y%m%d%H%M%S') as "CLSJ"
from signs
