-- one row a registered patient
select
  local_id as "患者编号",
  name as "姓名",
  case sex when 'M' then '男' when 'F' then '女' when 'U' then '未知' else sex end as "性别",
  strftime(birth, '%Y-%m-%d') as "出生日期",
  identity_type as "证件类型",
  identity as "身份证号",
  phone as "联系电话",
  address as "现住址",
  ethnic as "民族",
  marital as "婚姻状况",
  nation as "国籍",
  plan as "医保类型"
from patients
