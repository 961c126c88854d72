-- settlements
select
  settlement_number as "settlement_id",
  number as "visit_id",
  local_id as "patient_id",
  plan as "insurance",
  printf('%d.%02d', total // 100, total % 100) as "total",
  printf('%d.%02d', fund // 100, fund % 100) as "fund_paid",
  printf('%d.%02d', account // 100, account % 100) as "account_paid",
  printf('%d.%02d', cash // 100, cash % 100) as "cash_paid",
  printf('%d.%02d', class_0 // 100, class_0 % 100) as "bed_fee",
  printf('%d.%02d', class_1 // 100, class_1 % 100) as "consultation_fee",
  printf('%d.%02d', class_2 // 100, class_2 % 100) as "examination_fee",
  printf('%d.%02d', class_3 // 100, class_3 % 100) as "laboratory_fee",
  printf('%d.%02d', class_4 // 100, class_4 % 100) as "treatment_fee",
  printf('%d.%02d', class_5 // 100, class_5 % 100) as "operation_fee",
  printf('%d.%02d', class_6 // 100, class_6 % 100) as "nursing_fee",
  printf('%d.%02d', class_7 // 100, class_7 % 100) as "material_fee",
  printf('%d.%02d', class_8 // 100, class_8 % 100) as "western_drug_fee",
  printf('%d.%02d', class_9 // 100, class_9 % 100) as "registration_fee",
  strftime(time, '%Y-%m-%dT%H:%M:%S') as "settled_at"
from settlements
