-- The hospital itself
select json_merge_patch('{}', to_json({
  'resourceType': 'Organization',
  'id': 'o-hospital',
  'identifier': [{'system': 'urn:oid:2.16.156.10011.1.5', 'value': id}],
  'active': true,
  'name': name
})) as resource
from hospital
