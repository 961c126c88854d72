-- Patients, with the numbers of their cards
select json_merge_patch('{}', to_json({
  'resourceType': 'Patient',
  'id': 'p-' || local_id,
  'identifier': list_filter([
    {'type': {'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/v2-0203', 'code': 'MR'}], 'text': '病案号'},
      'system': 'urn:datong:invented:patient', 'value': local_id},
    {'type': {'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/v2-0203', 'code': case identity_type when '护照' then 'PPN' when '居民身份证' then 'NI' else 'PRC' end}], 'text': identity_type},
      'system': case identity_type when '护照' then 'urn:oid:2.16.156.10011.1.18' when '居民身份证' then 'urn:oid:2.16.156.10011.1.3' else 'urn:datong:invented:permit' end, 'value': identity}
  ], lambda i: i.value <> ''),
  'name': [{'use': 'official', 'text': name}],
  'telecom': case when phone <> '' then [{'system': 'phone', 'value': phone, 'use': 'mobile'}] end,
  'gender': case sex when 'M' then 'male' when 'F' then 'female' else 'unknown' end,
  'birthDate': strftime(birth, '%Y-%m-%d'),
  'deceasedDateTime': strftime(death, '%Y-%m-%d'),
  'address': case when address <> '' then [{'use': 'home', 'text': address, 'district': area, 'country': 'CN'}] end,
  'maritalStatus': {'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus', 'code': case marital when '已婚' then 'M' else 'S' end, 'display': marital}], 'text': marital},
  'managingOrganization': {'reference': 'Organization/o-hospital'}
})) as resource
from patients
