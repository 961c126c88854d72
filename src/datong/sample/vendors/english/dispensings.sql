-- drugs handed out
select
  dispensing_number as "dispense_id",
  order_number as "order_id",
  number as "visit_id",
  local_id as "patient_id",
  atc as "atc",
  text as "drug_name",
  spec as "strength",
  quantity as "quantity",
  pack as "pack",
  days as "days",
  batch as "lot",
  strftime(time, '%Y-%m-%dT%H:%M:%S') as "dispensed_at"
from dispensings
