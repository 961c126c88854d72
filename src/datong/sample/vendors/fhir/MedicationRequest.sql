-- Orders of drugs
select json_merge_patch('{}', to_json({
  'resourceType': 'MedicationRequest',
  'id': 'y-' || order_number,
  'status': 'completed',
  'intent': 'order',
  'medicationCodeableConcept': {'coding': [{'system': 'http://www.whocc.no/atc', 'code': atc, 'display': text}], 'text': text || ' ' || spec},
  'subject': {'reference': 'Patient/p-' || local_id},
  'encounter': {'reference': 'Encounter/e-' || number},
  'authoredOn': strftime(time, '%Y-%m-%dT%H:%M:%S+08:00'),
  'dosageInstruction': [{'text': frequency || ' ' || route, 'timing': {'code': {'text': frequency}}, 'route': {'text': route}, 'doseAndRate': [{'doseQuantity': {'value': dose, 'unit': dose_unit}}]}],
  'dispenseRequest': {'quantity': {'value': quantity, 'unit': pack}, 'expectedSupplyDuration': {'value': days, 'unit': 'd', 'system': 'http://unitsofmeasure.org', 'code': 'd'}}
})) as resource
from orders
