-- fee lines
select
  fee_number as "费用流水号",
  number as "就诊号",
  local_id as "患者编号",
  case fee_class when 0 then '床位费' when 1 then '诊察费' when 2 then '检查费' when 3 then '化验费' when 4 then '治疗费' when 5 then '手术费' when 6 then '护理费' when 7 then '卫生材料费' when 8 then '西药费' when 9 then '挂号费' end as "费用类别",
  item as "收费项目",
  printf('%d.%02d', price // 100, price % 100) as "单价",
  quantity as "收费数量",
  printf('%d.%02d', amount // 100, amount % 100) as "金额",
  strftime(time, '%Y-%m-%d %H:%M:%S') as "收费时间"
from fees
