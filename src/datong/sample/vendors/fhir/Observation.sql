-- Laboratory results, vital signs, and blood pressure in two components
select json_merge_patch('{}', resource) as resource from (
  select to_json({
    'resourceType': 'Observation',
    'id': 'r-' || report || '-' || sequence,
    'status': case status when '已作废' then 'cancelled' when '待定' then 'unknown' else 'final' end,
    'category': [{'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/observation-category', 'code': 'laboratory'}]}],
    'code': {'coding': [{'system': 'http://loinc.org', 'code': loinc, 'display': text}], 'text': text},
    'subject': {'reference': 'Patient/p-' || local_id},
    'encounter': {'reference': 'Encounter/e-' || visit},
    'effectiveDateTime': case when bad_time <> '' then bad_time else strftime(collected, '%Y-%m-%dT%H:%M:%S+08:00') end,
    'issued': strftime(reported, '%Y-%m-%dT%H:%M:%S+08:00'),
    'valueQuantity': case when number is not null then {
      'value': number, 'comparator': case when left(value, 1) = '<' then '<' end, 'unit': nullif(unit, ''),
      'system': case when ucum <> '' then 'http://unitsofmeasure.org' end, 'code': nullif(ucum, '')} end,
    'valueString': case when number is null and value <> '' then value end,
    'dataAbsentReason': case when value = '' then {'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/data-absent-reason', 'code': 'unknown'}]} end,
    'interpretation': [{'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', 'code': flag}]}],
    'specimen': {'display': specimen},
    'referenceRange': case when low <> '' then [{'text': low || '-' || high}] end
  }) as resource
  from (select * replace (try_cast(ltrim(translate(value, '０１２３４５６７８９．', '0123456789.'), '<') as double) as number),
        number as visit from results)
  union all
  select to_json({
    'resourceType': 'Observation',
    'id': 'v-' || sign_number,
    'status': 'final',
    'category': [{'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/observation-category', 'code': 'vital-signs'}]}],
    'code': {'coding': [{'system': 'http://loinc.org', 'code': loinc, 'display': text}], 'text': text},
    'subject': {'reference': 'Patient/p-' || local_id},
    'encounter': {'reference': 'Encounter/e-' || number},
    'effectiveDateTime': strftime(time, '%Y-%m-%dT%H:%M:%S+08:00'),
    'valueQuantity': {'value': cast(value as double), 'unit': unit, 'system': 'http://unitsofmeasure.org', 'code': ucum}
  }) from signs where loinc not in ('8480-6', '8462-4')
  union all
  select to_json({
    'resourceType': 'Observation',
    'id': 'b-' || sign_number,
    'status': 'final',
    'category': [{'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/observation-category', 'code': 'vital-signs'}]}],
    'code': {'coding': [{'system': 'http://loinc.org', 'code': '85354-9', 'display': '血压'}], 'text': '血压'},
    'subject': {'reference': 'Patient/p-' || local_id},
    'encounter': {'reference': 'Encounter/e-' || number},
    'effectiveDateTime': strftime(time, '%Y-%m-%dT%H:%M:%S+08:00'),
    'component': [
      {'code': {'coding': [{'system': 'http://loinc.org', 'code': '8480-6', 'display': '收缩压'}]},
        'valueQuantity': {'value': systolic, 'unit': 'mmHg', 'system': 'http://unitsofmeasure.org', 'code': 'mm[Hg]'}},
      {'code': {'coding': [{'system': 'http://loinc.org', 'code': '8462-4', 'display': '舒张压'}]},
        'valueQuantity': {'value': diastolic, 'unit': 'mmHg', 'system': 'http://unitsofmeasure.org', 'code': 'mm[Hg]'}}]
  }) from (
    select number, local_id, time, min(sign_number) as sign_number,
      cast(max(value) filter (where loinc = '8480-6') as double) as systolic,
      cast(max(value) filter (where loinc = '8462-4') as double) as diastolic
    from signs where loinc in ('8480-6', '8462-4') group by number, local_id, time order by min(sign_number))
  union all
  select to_json({
    'resourceType': 'Observation',
    'id': 'h-' || number || '-' || question,
    'status': 'final',
    'category': [{'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/observation-category', 'code': 'social-history'}]}],
    'code': {'coding': [{'system': 'http://loinc.org', 'code': question, 'display': label}], 'text': label},
    'subject': {'reference': 'Patient/p-' || local_id},
    'encounter': {'reference': 'Encounter/e-' || number},
    'effectiveDateTime': strftime(start, '%Y-%m-%dT%H:%M:%S+08:00'),
    'valueCodeableConcept': {'text': answer}
  }) from (
    select number, local_id, start, '72166-2' as question, '吸烟状况' as label, smoking as answer from encounters
    union all
    select number, local_id, start, '11331-6', '饮酒史', alcohol from encounters)
  where answer <> ''
)
