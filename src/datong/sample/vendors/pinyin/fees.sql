-- fee lines
select
  fee_number as "FYLSH",
  number as "JZLSH",
  local_id as "BRID",
  case fee_class when 0 then '床位费' when 1 then '诊察费' when 2 then '检查费' when 3 then '化验费' when 4 then '治疗费' when 5 then '手术费' when 6 then '护理费' when 7 then '卫生材料费' when 8 then '西药费' when 9 then '挂号费' end as "FYLB",
  item as "SFXM",
  printf('%d.%02d', price // 100, price % 100) as "DJ",
  quantity as "SFSL",
  printf('%d.%02d', amount // 100, amount % 100) as "JE",
  strftime(time, '%Y%m%d%H%M%S') as "SFSJ"
from fees
