-- the front page: one row a stay, its diagnoses and main operation side by side
select
  e.number as "JZLSH",
  e.local_id as "BRID",
  strftime(e.start, '%Y%m%d%H%M%S') as "JZSJ",
  strftime(e."end", '%Y%m%d%H%M%S') as "LYSJ",
  case e.discharge_way when '医嘱离院' then '1' when '医嘱转院' then '2' when '转社区' then '3' when '非医嘱离院' then '4' when '死亡' then '5' end as "LYFS",
  d.code_1 as "MZZDBM",
  d.text_1 as "MZZDMC",
  d.morphology as "BLZDBM",
  case d.morphology when 'M81400/3' then '腺癌' when 'M80700/3' then '鳞状细胞癌' end as "BLZDMC",
  d.code_1 as "ZYZDBM",
  d.text_1 as "ZYZDMC",
  d.condition_1 as "ZYZDRYBQ",
  d.code_2 as "QTZDBM1",
  d.text_2 as "QTZDMC1",
  d.condition_2 as "QTZDRYBQ1",
  d.code_3 as "QTZDBM2",
  d.text_3 as "QTZDMC2",
  d.condition_3 as "QTZDRYBQ2",
  d.code_4 as "QTZDBM3",
  d.text_4 as "QTZDMC3",
  d.condition_4 as "QTZDRYBQ3",
  d.code_5 as "QTZDBM4",
  d.text_5 as "QTZDMC4",
  d.condition_5 as "QTZDRYBQ4",
  o.code as "ZYSSBM",
  o.text as "ZYSSMC",
  strftime(o.time, '%Y%m%d%H%M%S') as "ZYSSRQ",
  o.level as "ZYSSJB",
  o.anaesthesia as "ZYSSMZ",
  o.incision as "ZYSSQK"
from encounters e
join (
  select number,
    max(morphology) filter (where rank = 1) as morphology,
    max(code) filter (where rank = 1) as code_1,
    max(text) filter (where rank = 1) as text_1,
    max(condition) filter (where rank = 1) as condition_1,
    max(code) filter (where rank = 2) as code_2,
    max(text) filter (where rank = 2) as text_2,
    max(condition) filter (where rank = 2) as condition_2,
    max(code) filter (where rank = 3) as code_3,
    max(text) filter (where rank = 3) as text_3,
    max(condition) filter (where rank = 3) as condition_3,
    max(code) filter (where rank = 4) as code_4,
    max(text) filter (where rank = 4) as text_4,
    max(condition) filter (where rank = 4) as condition_4,
    max(code) filter (where rank = 5) as code_5,
    max(text) filter (where rank = 5) as text_5,
    max(condition) filter (where rank = 5) as condition_5
  from diagnoses group by number) d on d.number = e.number
left join (select distinct on (number) * from operations order by number, rank) o
  on o.number = e.number
where e.kind = 'inpatient'
order by e.start, e.number
