-- documents of stays
select
  note_number as "文书号",
  number as "就诊号",
  local_id as "患者编号",
  type as "文书类型",
  title as "文书标题",
  text as "文书内容",
  strftime(time, '%Y-%m-%d %H:%M:%S') as "书写时间"
from notes
