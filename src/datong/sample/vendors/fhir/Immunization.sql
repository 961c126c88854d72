-- Vaccinations
select json_merge_patch('{}', to_json({
  'resourceType': 'Immunization',
  'id': 'i-' || vaccination_number,
  'status': 'completed',
  'vaccineCode': {'coding': [{'system': 'http://www.whocc.no/atc', 'code': code, 'display': text}], 'text': text},
  'patient': {'reference': 'Patient/p-' || local_id},
  'occurrenceDateTime': strftime(time, '%Y-%m-%dT%H:%M:%S+08:00'),
  'lotNumber': lot,
  'protocolApplied': [{'doseNumberPositiveInt': dose}]
})) as resource
from vaccinations
