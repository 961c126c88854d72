-- one row a registered patient
select
  local_id as "档案号",
  name as "居民姓名",
  case sex when 'M' then '1' when 'F' then '2' when 'U' then '0' else sex end as "性别代码",
  strftime(birth, '%Y/%m/%d') as "出生年月日",
  identity_type as "证件类别",
  identity as "证件号码",
  phone as "电话",
  address as "居住地址",
  ethnic as "民族名称",
  marital as "婚姻",
  nation as "国籍",
  plan as "参保类型",
  strftime(filed, '%Y/%m/%d') as "建档日期",
  smoking as "吸烟状况",
  alcohol as "饮酒状况",
  strftime(death, '%Y/%m/%d') as "死亡日期"
from patients
