-- a prescription and its dispensing in one row
select
  o.order_number as "处方号",
  o.number as "门诊号",
  o.local_id as "档案号",
  'SQ' || lpad(cast(drug + 1 as varchar), 4, '0') as "药品代码",
  o.text as "药品",
  o.spec as "药品规格",
  o.dose as "每次用量",
  o.dose_unit as "用量单位",
  o.frequency as "用法频次",
  o.route as "用药途径",
  o.days as "用药天数",
  o.quantity as "发药数量",
  o.pack as "发药单位",
  strftime(o.time, '%Y/%m/%d %H:%M') as "处方时间",
  d.batch as "药品批号",
  strftime(d.handed, '%Y/%m/%d %H:%M') as "发药日期"
from orders o
left join (select order_number, min(batch) as batch, min(time) as handed
  from dispensings group by order_number) d
  on d.order_number = o.order_number
order by o.order_number
