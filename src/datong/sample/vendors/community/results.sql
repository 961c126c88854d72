-- laboratory results, one a row
select
  report as "化验单号",
  sequence as "行号",
  number as "门诊号",
  local_id as "档案号",
  'H' || cast(item + 101 as varchar) as "化验代码",
  text as "化验项目",
  value as "化验结果",
  unit as "结果单位",
  case when low <> '' then low || '-' || high else '' end as "参考",
  case flag when 'N' then '' else flag end as "提示",
  specimen as "样本",
  case when bad_time <> '' then bad_time else strftime(collected, '%Y/%m/%d %H:%M') end as "采集时间",
  strftime(reported, '%Y/%m/%d %H:%M') as "报告日期",
  case status when '已审核' then '已审核' when '已作废' then '作废' else status end as "单据状态"
from results
