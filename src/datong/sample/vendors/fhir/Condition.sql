-- Diagnoses in written Chinese with ICD-10 codes
select json_merge_patch('{}', to_json({
  'resourceType': 'Condition',
  'id': 'c-' || diagnosis_number,
  'clinicalStatus': {'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/condition-clinical', 'code': 'active'}]},
  'verificationStatus': {'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/condition-ver-status', 'code': 'confirmed'}]},
  'category': [{'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/condition-category', 'code': 'encounter-diagnosis'}]}],
  'code': {'coding': case when code <> '' then [{'system': 'http://hl7.org/fhir/sid/icd-10', 'code': code, 'display': text}] end, 'text': text},
  'subject': {'reference': 'Patient/p-' || local_id},
  'encounter': {'reference': 'Encounter/e-' || number},
  'onsetDateTime': strftime(time, '%Y-%m-%dT%H:%M:%S+08:00'),
  'recordedDate': strftime(time, '%Y-%m-%dT%H:%M:%S+08:00')
})) as resource
from diagnoses
