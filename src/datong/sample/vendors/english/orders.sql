-- orders of drugs
select
  order_number as "order_id",
  number as "visit_id",
  local_id as "patient_id",
  term as "order_type",
  atc as "atc",
  text as "drug_name",
  spec as "strength",
  dose as "dose",
  dose_unit as "dose_unit",
  frequency as "frequency",
  route as "route",
  days as "days",
  quantity as "quantity",
  pack as "pack",
  strftime(time, '%Y-%m-%dT%H:%M:%S') as "ordered_at",
  case status when '已执行' then 'COMPLETED' when '已停止' then 'STOPPED' else 'CANCELLED' end as "order_status"
from orders
