-- drugs given on the ward
select
  administration_number as "执行号",
  order_number as "医嘱号",
  number as "就诊号",
  local_id as "患者编号",
  'YP' || lpad(cast(drug + 1001 as varchar), 6, '0') as "药品编码",
  text as "药品名称",
  spec as "规格",
  dose as "单次剂量",
  dose_unit as "剂量单位",
  route as "给药途径",
  strftime(scheduled, '%Y-%m-%d %H:%M:%S') as "计划时间",
  strftime(time, '%Y-%m-%d %H:%M:%S') as "执行时间",
  given as "执行状态"
from administrations
