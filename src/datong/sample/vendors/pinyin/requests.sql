-- orders of anything but drugs
select
  request_number as "SQDH",
  number as "JZLSH",
  local_id as "BRID",
  case kind when '检验' then '1' when '手术' then '2' when '护理' then '3' when '膳食' then '4' when '检查' then '5' end as "SQLB",
  text as "SQXM",
  strftime(time, '%Y%m%d%H%M%S') as "SQSJ",
  '2' as "SQZT"
from requests
