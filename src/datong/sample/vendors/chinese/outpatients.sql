-- visits without a bed
select
  number as "就诊号",
  local_id as "患者编号",
  case kind when 'outpatient' then '门诊' when 'emergency' then '急诊' when 'inpatient' then '住院' when 'checkup' then '体检' else kind end as "就诊类别",
  strftime(start, '%Y-%m-%d %H:%M:%S') as "就诊时间",
  strftime("end", '%Y-%m-%d %H:%M:%S') as "离院时间",
  department as "科室",
  doctor as "接诊医生"
from encounters
where kind <> 'inpatient'
