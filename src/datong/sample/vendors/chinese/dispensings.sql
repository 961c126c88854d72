-- drugs handed out
select
  dispensing_number as "发药单号",
  order_number as "医嘱号",
  number as "就诊号",
  local_id as "患者编号",
  'YP' || lpad(cast(drug + 1001 as varchar), 6, '0') as "药品编码",
  text as "药品名称",
  spec as "规格",
  quantity as "数量",
  pack as "包装单位",
  days as "天数",
  batch as "批号",
  strftime(time, '%Y-%m-%d %H:%M:%S') as "发药时间"
from dispensings
