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
  printf('%d.%02d', class_0 // 100, class_0 % 100) as "床位费",
  printf('%d.%02d', class_1 // 100, class_1 % 100) as "诊察费",
  printf('%d.%02d', class_2 // 100, class_2 % 100) as "检查费",
  printf('%d.%02d', class_3 // 100, class_3 % 100) as "化验费",
  printf('%d.%02d', class_4 // 100, class_4 % 100) as "治疗费",
  printf('%d.%02d', class_5 // 100, class_5 % 100) as "手术费",
  printf('%d.%02d', class_6 // 100, class_6 % 100) as "护理费",
  printf('%d.%02d', class_7 // 100, class_7 % 100) as "卫生材料费",
  printf('%d.%02d', class_8 // 100, class_8 % 100) as "西药费",
  printf('%d.%02d', class_9 // 100, class_9 % 100) as "挂号费",
  strftime(time, '%Y-%m-%d %H:%M:%S') as "结算时间"
from settlements
