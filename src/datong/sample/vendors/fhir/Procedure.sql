-- Operations with ICD-9-CM-3 codes
select json_merge_patch('{}', to_json({
  'resourceType': 'Procedure',
  'id': 's-' || operation_number,
  'status': 'completed',
  'code': {'coding': [{'system': 'http://hl7.org/fhir/sid/icd-9-cm', 'code': code, 'display': text}], 'text': text},
  'subject': {'reference': 'Patient/p-' || local_id},
  'encounter': {'reference': 'Encounter/e-' || number},
  'performedPeriod': {'start': strftime(time, '%Y-%m-%dT%H:%M:%S+08:00'), 'end': strftime(end_time, '%Y-%m-%dT%H:%M:%S+08:00')},
  'performer': [{'actor': {'reference': 'Practitioner/d-' || left(md5(surgeon), 8), 'display': surgeon}}]
})) as resource
from operations
