-- drugs given on the ward
select
  administration_number as "ZXH",
  order_number as "YZH",
  number as "JZLSH",
  local_id as "BRID",
  cast(200000 + drug * 7 as varchar) as "YPBM",
  text as "YPMC",
  spec as "GG",
  dose as "DCJL",
  dose_unit as "JLDW",
  route as "GYTJ",
  strftime(scheduled, '%Y%m%d%H%M%S') as "JHSJ",
  strftime(time, '%Y%m%d%H%M%S') as "ZXSJ",
  case given when '已执行' then '1' when '拒绝' then '2' when '暂停' then '3' else given end as "ZXZT"
from administrations
