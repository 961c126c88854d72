-- Laboratory reports that gather their results
select json_merge_patch('{}', to_json({
  'resourceType': 'DiagnosticReport',
  'id': 'lr-' || report,
  'status': 'final',
  'category': [{'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/v2-0074', 'code': 'LAB'}]}],
  'code': {'text': panel},
  'subject': {'reference': 'Patient/p-' || local_id},
  'encounter': {'reference': 'Encounter/e-' || number},
  'effectiveDateTime': strftime(collected, '%Y-%m-%dT%H:%M:%S+08:00'),
  'issued': strftime(reported, '%Y-%m-%dT%H:%M:%S+08:00'),
  'result': results
})) as resource
from (
  select report, min(panel) as panel, min(local_id) as local_id, min(number) as number,
    min(collected) as collected, min(reported) as reported,
    list({'reference': 'Observation/r-' || report || '-' || sequence} order by sequence) as results
  from results group by report order by report)
