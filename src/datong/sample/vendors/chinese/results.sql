-- laboratory results, one a row
select
  report as "报告单号",
  sequence as "项目序号",
  number as "就诊号",
  local_id as "患者编号",
  'JY' || lpad(cast(item + 1 as varchar), 4, '0') as "项目编码",
  text as "项目名称",
  value as "结果",
  unit as "单位",
  case when low <> '' then low || '-' || high else '' end as "参考范围",
  case flag when 'H' then '↑' when 'L' then '↓' when 'A' then '异常' else '' end as "异常标志",
  specimen as "标本",
  case when bad_time <> '' then bad_time else strftime(collected, '%Y-%m-%d %H:%M:%S') end as "采样时间",
  strftime(reported, '%Y-%m-%d %H:%M:%S') as "报告时间",
  status as "报告状态"
from results
