-- settlements
select
  settlement_number as "结算号",
  number as "就诊号",
  local_id as "患者编号",
  plan as "医保类型",
  printf('%d.%02d', total // 100, total % 100) as "总金额",
  printf('%d.%02d', fund // 100, fund % 100) as "统筹支付",
  printf('%d.%02d', account // 100, account % 100) as "个人账户支付",
  printf('%d.%02d', cash // 100, cash % 100) as "现金支付",
  strftime(time, '%Y-%m-%d %H:%M:%S') as "结算时间"
from settlements
