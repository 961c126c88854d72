-- what watches sent: one row a person and day
select
  day_number as "数据号",
  local_id as "档案号",
  strftime(day, '%Y/%m/%d') as "日期",
  steps as "步数",
  resting as "静息心率",
  asleep as "睡眠分钟"
from days
