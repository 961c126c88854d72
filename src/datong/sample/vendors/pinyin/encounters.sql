-- visits and stays
select
  number as "JZLSH",
  local_id as "BRID",
  case kind when 'outpatient' then '1' when 'emergency' then '2' when 'inpatient' then '3' when 'checkup' then '4' else kind end as "JZLB",
  strftime(start, '%Y%m%d%H%M%S') as "JZSJ",
  strftime("end", '%Y%m%d%H%M%S') as "LYSJ",
  department as "KSMC",
  doctor as "JZYS",
  case when kind = 'inpatient' then admit_route end as "RYTJ",
  case when kind = 'inpatient' then discharge_way end as "LYFS",
  smoking as "XYS",
  alcohol as "YJS",
  referred_to as "ZWJG",
  case referral when 'up' then '1' when 'down' then '2' else '' end as "ZZFX",
  ward_to as "ZRKS",
  strftime(ward_time, '%Y%m%d%H%M%S') as "ZKSJ"
from encounters
