-- vital signs, one a row
select
  sign_number as "体征流水号",
  number as "就诊号",
  local_id as "患者编号",
  text as "体征项目",
  value as "体征值",
  unit as "体征单位",
  strftime(time, '%Y-%m-%d %H:%M:%S') as "测量时间"
from signs
