-- Drugs handed out
select json_merge_patch('{}', to_json({
  'resourceType': 'MedicationDispense',
  'id': 'f-' || dispensing_number,
  'status': 'completed',
  'medicationCodeableConcept': {'coding': [{'system': 'http://www.whocc.no/atc', 'code': atc, 'display': text}], 'text': text || ' ' || spec},
  'subject': {'reference': 'Patient/p-' || local_id},
  'context': {'reference': 'Encounter/e-' || number},
  'authorizingPrescription': [{'reference': 'MedicationRequest/y-' || order_number}],
  'quantity': {'value': quantity, 'unit': pack},
  'daysSupply': {'value': days, 'unit': 'd', 'system': 'http://unitsofmeasure.org', 'code': 'd'},
  'whenHandedOver': strftime(time, '%Y-%m-%dT%H:%M:%S+08:00')
})) as resource
from dispensings
