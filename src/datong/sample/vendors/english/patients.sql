-- one row a registered patient
select
  local_id as "patient_id",
  name as "full_name",
  sex as "gender",
  strftime(birth, '%Y-%m-%d') as "birth_date",
  identity_type as "id_type",
  identity as "id_number",
  phone as "mobile",
  address as "home_address",
  ethnic as "ethnicity",
  marital as "marital_status",
  nation as "nationality",
  plan as "insurance"
from patients
