-- Departments
select json_merge_patch('{}', to_json({
  'resourceType': 'Location',
  'id': 'l-' || code,
  'status': 'active',
  'name': name,
  'managingOrganization': {'reference': 'Organization/o-hospital'}
})) as resource
from departments
