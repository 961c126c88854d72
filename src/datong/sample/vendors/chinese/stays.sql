-- stays
select
  number as "就诊号",
  local_id as "患者编号",
  case kind when 'outpatient' then '门诊' when 'emergency' then '急诊' when 'inpatient' then '住院' when 'checkup' then '体检' else kind end as "就诊类别",
  strftime(start, '%Y-%m-%d %H:%M:%S') as "就诊时间",
  strftime("end", '%Y-%m-%d %H:%M:%S') as "离院时间",
  department as "科室",
  doctor as "接诊医生",
  case when kind = 'inpatient' then admit_route end as "入院途径",
  case when kind = 'inpatient' then discharge_way end as "离院方式",
  smoking as "吸烟史",
  alcohol as "饮酒史",
  referred_to as "转往机构",
  case referral when 'up' then '上转' when 'down' then '下转' else '' end as "转诊方向",
  ward_to as "转入科室",
  strftime(ward_time, '%Y-%m-%d %H:%M:%S') as "转科时间"
from encounters
where kind = 'inpatient'
