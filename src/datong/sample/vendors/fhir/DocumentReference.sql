-- Documents of stays, their text inside
select json_merge_patch('{}', to_json({
  'resourceType': 'DocumentReference',
  'id': 'n-' || note_number,
  'status': 'current',
  'type': {'coding': [{'system': 'urn:datong:invented:document', 'code': type, 'display': title}], 'text': title},
  'subject': {'reference': 'Patient/p-' || local_id},
  'date': strftime(time, '%Y-%m-%dT%H:%M:%S+08:00'),
  'content': [{'attachment': {'contentType': 'text/plain; charset=utf-8', 'language': 'zh-CN', 'data': base64(encode(text)), 'title': title}}],
  'context': {'encounter': [{'reference': 'Encounter/e-' || number}]}
})) as resource
from notes
