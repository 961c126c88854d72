-- fee lines
select
  fee_number as "charge_id",
  number as "visit_id",
  local_id as "patient_id",
  case fee_class when 0 then '床位费' when 1 then '诊察费' when 2 then '检查费' when 3 then '化验费' when 4 then '治疗费' when 5 then '手术费' when 6 then '护理费' when 7 then '卫生材料费' when 8 then '西药费' when 9 then '挂号费' end as "charge_class",
  item as "charge_item",
  printf('%d.%02d', price // 100, price % 100) as "unit_price",
  quantity as "quantity",
  printf('%d.%02d', amount // 100, amount % 100) as "amount",
  strftime(time, '%Y-%m-%dT%H:%M:%S') as "charged_at"
from fees
