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
  printf('%d.%02d', class_0 // 100, class_0 % 100) as "CWF",
  printf('%d.%02d', class_1 // 100, class_1 % 100) as "ZCF",
  printf('%d.%02d', class_2 // 100, class_2 % 100) as "JCF",
  printf('%d.%02d', class_3 // 100, class_3 % 100) as "HYF",
  printf('%d.%02d', class_4 // 100, class_4 % 100) as "ZLF",
  printf('%d.%02d', class_5 // 100, class_5 % 100) as "SSF",
  printf('%d.%02d', class_6 // 100, class_6 % 100) as "HLF",
  printf('%d.%02d', class_7 // 100, class_7 % 100) as "WSCLF",
  printf('%d.%02d', class_8 // 100, class_8 % 100) as "XYF",
  printf('%d.%02d', class_9 // 100, class_9 % 100) as "GHF",
  strftime(time, '%Y%m%d%H%M%S') as "JSSJ"
from settlements
