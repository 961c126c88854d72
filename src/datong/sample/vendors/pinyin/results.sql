-- laboratory results, one a row
select
  report as "BGDH",
  sequence as "XMXH",
  number as "JZLSH",
  local_id as "BRID",
  english as "XMBM",
  text as "XMMC",
  value as "JG",
  unit as "DW",
  low as "XX",
  high as "SX",
  case flag when 'N' then '' else flag end as "YCBZ",
  specimen as "BB",
  case when bad_time <> '' then bad_time else strftime(collected, '%Y%m%d%H%M%S') end as "CYSJ",
  strftime(reported, '%Y%m%d%H%M%S') as "BGSJ",
  case status when '已审核' then 'F' when '已作废' then 'X' else status end as "BGZT"
from results
