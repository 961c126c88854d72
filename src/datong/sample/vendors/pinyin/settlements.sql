-- settlements
select
  settlement_number as "JSH",
  number as "JZLSH",
  local_id as "BRID",
  plan as "YBLX",
  printf('%d.%02d', total // 100, total % 100) as "ZJE",
  printf('%d.%02d', fund // 100, fund % 100) as "TCZF",
  printf('%d.%02d', account // 100, account % 100) as "GRZHZF",
  printf('%d.%02d', cash // 100, cash % 100) as "XJZF",
  strftime(time, '%Y%m%d%H%M%S') as "JSSJ"
from settlements
