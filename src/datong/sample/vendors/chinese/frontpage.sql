-- the front page: one row a stay, its diagnoses and main operation side by side
select
  e.number as "就诊号",
  e.local_id as "患者编号",
  strftime(e.start, '%Y-%m-%d %H:%M:%S') as "就诊时间",
  strftime(e."end", '%Y-%m-%d %H:%M:%S') as "离院时间",
  case e.discharge_way when '医嘱离院' then '1' when '医嘱转院' then '2' when '转社区' then '3' when '非医嘱离院' then '4' when '死亡' then '5' end as "离院方式",
  d.code_1 as "门急诊诊断编码",
  d.text_1 as "门急诊诊断名称",
  d.morphology as "病理诊断编码",
  case d.morphology when 'M81400/3' then '腺癌' when 'M80700/3' then '鳞状细胞癌' end as "病理诊断名称",
  d.code_1 as "主要诊断编码",
  d.text_1 as "主要诊断名称",
  d.condition_1 as "主要诊断入院病情",
  d.code_2 as "其他诊断1编码",
  d.text_2 as "其他诊断1名称",
  d.condition_2 as "其他诊断1入院病情",
  d.code_3 as "其他诊断2编码",
  d.text_3 as "其他诊断2名称",
  d.condition_3 as "其他诊断2入院病情",
  d.code_4 as "其他诊断3编码",
  d.text_4 as "其他诊断3名称",
  d.condition_4 as "其他诊断3入院病情",
  d.code_5 as "其他诊断4编码",
  d.text_5 as "其他诊断4名称",
  d.condition_5 as "其他诊断4入院病情",
  o.code as "主要手术编码",
  o.text as "主要手术名称",
  strftime(o.time, '%Y-%m-%d %H:%M:%S') as "主要手术日期",
  o.level as "主要手术级别",
  o.anaesthesia as "主要手术麻醉方式",
  o.incision as "主要手术切口愈合"
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
