-- a visit and its principal diagnosis in one row
select
  e.number as "门诊号",
  e.local_id as "档案号",
  case e.kind when 'outpatient' then '普通门诊' when 'emergency' then '急诊' when 'inpatient' then '住院' when 'checkup' then '健康体检' else e.kind end as "诊疗类别",
  strftime(e.start, '%Y/%m/%d %H:%M') as "就诊日期",
  strftime(e."end", '%Y/%m/%d %H:%M') as "结束时间",
  e.department as "科别",
  e.doctor as "医生",
  e.referred_to as "转往机构",
  case e.referral when 'up' then '上转' when 'down' then '下转' else '' end as "转诊方向",
  d.text as "疾病名称",
  d.code as "疾病代码"
from encounters e
left join (select number, max(text) as text, max(code) as code from diagnoses where rank = 1 group by number) d
  on d.number = e.number
order by e.start, e.number
