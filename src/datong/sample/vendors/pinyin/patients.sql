-- one row a registered patient
select
  local_id as "BRID",
  name as "XM",
  case sex when 'M' then '1' when 'F' then '2' when 'U' then '0' else sex end as "XB",
  strftime(birth, '%Y%m%d') as "CSRQ",
  identity_type as "ZJLX",
  identity as "SFZH",
  phone as "LXDH",
  address as "XZZ",
  ethnic as "MZ",
  marital as "HYZK",
  nation as "GJ",
  plan as "YBLX"
from patients
