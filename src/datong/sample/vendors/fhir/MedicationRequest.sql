-- Orders of drugs
select json_merge_patch('{}', to_json({
  'resourceType': 'MedicationRequest',
  'id': 'y-' || order_number,
  'status': case status when '已执行' then 'completed' when '已停止' then 'stopped' else 'cancelled' end,
  'intent': 'order',
  'medicationCodeableConcept': {'coding': [{'system': 'http://www.whocc.no/atc', 'code': atc, 'display': text}], 'text': text || ' ' || spec},
  'subject': {'reference': 'Patient/p-' || local_id},
  'encounter': {'reference': 'Encounter/e-' || number},
  'authoredOn': strftime(time, '%Y-%m-%dT%H:%M:%S+08:00'),
  'dosageInstruction': [{'text': frequency || ' ' || route, 'timing': {'code': {'text': frequency}}, 'route': {'text': route}, 'doseAndRate': [{'doseQuantity': json_merge_patch('{}', to_json({'value': dose, 'unit': dose_unit,
    'system': case when dose_unit in ('g', 'mg', 'ug', 'mL', 'IU') then 'http://unitsofmeasure.org' end,
    'code': case dose_unit when 'g' then 'g' when 'mg' then 'mg' when 'ug' then 'ug' when 'mL' then 'mL' when 'IU' then '[iU]' end}))}]}],
  'dispenseRequest': {'quantity': {'value': quantity, 'unit': pack}, 'expectedSupplyDuration': {'value': days, 'unit': 'd', 'system': 'http://unitsofmeasure.org', 'code': 'd'}}
})) as resource
from orders
