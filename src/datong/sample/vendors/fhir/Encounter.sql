-- Visits and stays
select json_merge_patch('{}', to_json({
  'resourceType': 'Encounter',
  'id': 'e-' || number,
  'identifier': [{'system': 'urn:datong:invented:visit', 'value': number}],
  'status': 'finished',
  'class': {'system': 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
    'code': case kind when 'inpatient' then 'IMP' when 'emergency' then 'EMER' else 'AMB' end},
  'type': [{'text': case kind when 'inpatient' then '住院' when 'emergency' then '急诊' when 'checkup' then '体检' else '门诊' end}],
  'subject': {'reference': 'Patient/p-' || local_id},
  'participant': [{'individual': {'reference': 'Practitioner/d-' || left(md5(doctor), 8), 'display': doctor}}],
  'period': {'start': strftime(start, '%Y-%m-%dT%H:%M:%S+08:00'), 'end': strftime("end", '%Y-%m-%dT%H:%M:%S+08:00')},
  'location': [{'location': {'reference': 'Location/l-' || department_code, 'display': department}}],
  'hospitalization': case when kind = 'inpatient' then {
    'admitSource': {'text': admit_route}, 'dischargeDisposition': {'text': discharge_way}} end,
  'serviceProvider': {'reference': 'Organization/o-hospital'}
})) as resource
from encounters
