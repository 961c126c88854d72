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
  strftime(time, '%Y-%m-%dT%H:%M:%S') as "settled_at"
from settlements
