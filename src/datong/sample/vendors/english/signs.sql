-- vital signs: one row a measurement, one column a sign
select
  min(sign_number) as "sign_id",
  number as "visit_id",
  any_value(local_id) as "patient_id",
  strftime(time, '%Y-%m-%dT%H:%M:%S') as "measured_at",
  max(value) filter (where loinc = '8310-5') as "temperature",
  max(value) filter (where loinc = '8867-4') as "pulse",
  max(value) filter (where loinc = '9279-1') as "respiration",
  max(value) filter (where loinc = '8480-6') as "systolic",
  max(value) filter (where loinc = '8462-4') as "diastolic",
  max(value) filter (where loinc = '8302-2') as "height",
  max(value) filter (where loinc = '29463-7') as "weight"
from signs
group by number, time
order by min(sign_number)
