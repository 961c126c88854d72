-- vital signs: one row a measurement, one column a sign
select
  min(sign_number) as "测量号",
  number as "门诊号",
  any_value(local_id) as "档案号",
  strftime(time, '%Y/%m/%d %H:%M') as "测量日期",
  max(value) filter (where loinc = '8310-5') as "体温",
  max(value) filter (where loinc = '8867-4') as "脉搏",
  max(value) filter (where loinc = '9279-1') as "呼吸",
  max(value) filter (where loinc = '8480-6') as "收缩压",
  max(value) filter (where loinc = '8462-4') as "舒张压",
  max(value) filter (where loinc = '8302-2') as "身高",
  max(value) filter (where loinc = '29463-7') as "体重"
from signs
group by number, time
order by min(sign_number)
