-- laboratory results, one a row
select
  report as "report_id",
  sequence as "seq",
  number as "visit_id",
  local_id as "patient_id",
  loinc as "loinc",
  text as "test_name",
  value as "result",
  unit as "unit",
  low as "ref_low",
  high as "ref_high",
  flag as "abnormal",
  specimen as "specimen",
  case when bad_time <> '' then bad_time else strftime(collected, '%Y-%m-%dT%H:%M:%S') end as "collected_at",
  strftime(reported, '%Y-%m-%dT%H:%M:%S') as "reported_at",
  case status when '已审核' then 'FINAL' when '已作废' then 'CANCELLED' else status end as "status"
from results
where panel <> '血常规'
