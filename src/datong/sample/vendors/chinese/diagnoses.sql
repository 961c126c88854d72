-- diagnoses, the principal first; those of stays are on the front page
select
  diagnosis_number as "诊断流水号",
  number as "就诊号",
  local_id as "患者编号",
  rank as "诊断序号",
  case rank when 1 then '主要诊断' else '其他诊断' end as "诊断类型",
  code as "诊断编码",
  text as "诊断名称",
  strftime(time, '%Y-%m-%d %H:%M:%S') as "诊断时间"
from diagnoses
where not inside
