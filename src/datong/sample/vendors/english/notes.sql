-- documents of stays
select
  note_number as "document_id",
  number as "visit_id",
  local_id as "patient_id",
  type as "document_type",
  title as "title",
  text as "body",
  strftime(time, '%Y-%m-%dT%H:%M:%S') as "written_at"
from notes
