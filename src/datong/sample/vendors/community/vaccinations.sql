-- vaccinations
select
  vaccination_number as "接种流水号",
  local_id as "档案号",
  text as "疫苗",
  dose as "针次",
  strftime(time, '%Y/%m/%d %H:%M') as "接种时间",
  lot as "批次"
from vaccinations
