-- blood counts: one row a report, one column an item
select
  report as "report_id",
  any_value(number) as "visit_id",
  any_value(local_id) as "patient_id",
  strftime(min(collected), '%Y-%m-%dT%H:%M:%S') as "collected_at",
  strftime(min(reported), '%Y-%m-%dT%H:%M:%S') as "reported_at",
  max(value) filter (where loinc = '6690-2') as "WBC",
  max(value) filter (where loinc = '789-8') as "RBC",
  max(value) filter (where loinc = '718-7') as "HGB",
  max(value) filter (where loinc = '4544-3') as "HCT",
  max(value) filter (where loinc = '787-2') as "MCV",
  max(value) filter (where loinc = '785-6') as "MCH",
  max(value) filter (where loinc = '786-4') as "MCHC",
  max(value) filter (where loinc = '777-3') as "PLT",
  max(value) filter (where loinc = '770-8') as "NEUT%",
  max(value) filter (where loinc = '736-9') as "LYMPH%",
  max(value) filter (where loinc = '5905-5') as "MONO%",
  max(value) filter (where loinc = '713-8') as "EOS%",
  max(value) filter (where loinc = '751-8') as "NEUT#",
  max(value) filter (where loinc = '731-0') as "LYMPH#"
from results
where panel = '血常规' and status = '已审核' and bad_time = ''
group by report
order by report
