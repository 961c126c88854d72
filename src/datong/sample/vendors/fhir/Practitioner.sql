-- The doctors that the visits name
select json_merge_patch('{}', to_json({
  'resourceType': 'Practitioner',
  'id': 'd-' || left(md5(name), 8),
  'name': [{'use': 'official', 'text': name}]
})) as resource
from doctors
