-- orders of anything but drugs
select
  request_number as "申请单号",
  number as "就诊号",
  local_id as "患者编号",
  kind as "申请类别",
  text as "申请项目",
  strftime(time, '%Y-%m-%d %H:%M:%S') as "申请时间",
  '已执行' as "申请状态"
from requests
