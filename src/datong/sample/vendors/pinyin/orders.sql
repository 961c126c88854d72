-- orders of drugs
select
  order_number as "YZH",
  number as "JZLSH",
  local_id as "BRID",
  term as "YZLX",
  cast(200000 + drug * 7 as varchar) as "YPBM",
  text as "YPMC",
  spec as "GG",
  dose as "DCJL",
  dose_unit as "JLDW",
  frequency as "PC",
  route as "GYTJ",
  days as "TS",
  quantity as "SL",
  pack as "BZDW",
  strftime(time, '%Y%m%d%H%M%S') as "KLSJ",
  case status when '已执行' then '2' when '已停止' then '3' else '9' end as "YZZT"
from orders
