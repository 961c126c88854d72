-- Drugs given on the ward
select json_merge_patch('{}', to_json({
  'resourceType': 'MedicationAdministration',
  'id': 'g-' || administration_number,
  'status': case given when '已执行' then 'completed' when '暂停' then 'on-hold' else 'not-done' end,
  'medicationCodeableConcept': {'coding': [{'system': 'http://www.whocc.no/atc', 'code': atc, 'display': text}], 'text': text || ' ' || spec},
  'subject': {'reference': 'Patient/p-' || local_id},
  'context': {'reference': 'Encounter/e-' || number},
  'effectiveDateTime': strftime(time, '%Y-%m-%dT%H:%M:%S+08:00'),
  'request': {'reference': 'MedicationRequest/y-' || order_number},
  'dosage': {'route': {'text': route}, 'dose': json_merge_patch('{}', to_json({'value': dose, 'unit': dose_unit,
    'system': case when dose_unit in ('g', 'mg', 'ug', 'mL', 'IU') then 'http://unitsofmeasure.org' end,
    'code': case dose_unit when 'g' then 'g' when 'mg' then 'mg' when 'ug' then 'ug' when 'mL' then 'mL' when 'IU' then '[iU]' end}))}
})) as resource
from administrations
