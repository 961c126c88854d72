-- documents of stays
select
  note_number as "WSH",
  number as "JZLSH",
  local_id as "BRID",
  type as "WSLX",
  title as "WSBT",
  text as "WSNR",
  strftime(time, '%Y%m%d%H%M%S') as "SXSJ"
from notes
