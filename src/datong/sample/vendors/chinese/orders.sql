-- orders of drugs
select
  order_number as "医嘱号",
  number as "就诊号",
  local_id as "患者编号",
  term as "医嘱类型",
  'YP' || lpad(cast(drug + 1001 as varchar), 6, '0') as "药品编码",
  text as "药品名称",
  spec as "规格",
  dose as "单次剂量",
  dose_unit as "剂量单位",
  frequency as "频次",
  route as "给药途径",
  days as "天数",
  quantity as "数量",
  pack as "包装单位",
  strftime(time, '%Y-%m-%d %H:%M:%S') as "开立时间",
  status as "医嘱状态"
from orders
