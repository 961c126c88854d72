-- settlements
select
  settlement_number as "结账号",
  number as "门诊号",
  local_id as "档案号",
  plan as "参保类型",
  printf('%d.%02d', total // 100, total % 100) as "费用合计",
  printf('%d.%02d', fund // 100, fund % 100) as "医保支付",
  printf('%d.%02d', account // 100, account % 100) as "账户支付",
  printf('%d.%02d', cash // 100, cash % 100) as "自付",
  printf('%d.%02d', class_1 // 100, class_1 % 100) as "诊察费",
  printf('%d.%02d', class_2 // 100, class_2 % 100) as "检查费",
  printf('%d.%02d', class_3 // 100, class_3 % 100) as "化验费",
  printf('%d.%02d', class_4 // 100, class_4 % 100) as "治疗费",
  printf('%d.%02d', class_8 // 100, class_8 % 100) as "西药费",
  strftime(time, '%Y/%m/%d %H:%M') as "结账时间"
from settlements
