-- drugs handed out
select
  dispensing_number as "FYDH",
  order_number as "YZH",
  number as "JZLSH",
  local_id as "BRID",
  cast(200000 + drug * 7 as varchar) as "YPBM",
  text as "YPMC",
  spec as "GG",
  quantity as "SL",
  pack as "BZDW",
  days as "TS",
  batch as "PH",
  strftime(time, '%Y%m%d%H%M%S') as "FYSJ"
from dispensings
