-- Allergies
select json_merge_patch('{}', to_json({
  'resourceType': 'AllergyIntolerance',
  'id': 'a-' || allergy_number,
  'clinicalStatus': {'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', 'code': 'active'}]},
  'category': [category],
  'code': {'text': text},
  'patient': {'reference': 'Patient/p-' || local_id},
  'reaction': [{'manifestation': [{'text': reaction}]}]
})) as resource
from allergies
