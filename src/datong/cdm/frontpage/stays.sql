with bill as (
    select * from records.settlement
    where organization = {organization} and deleted is not true
      and coalesce(status_code, 'final') not in ('cancelled', 'error')
),
plan as (
    select encounter, max(plan_system) as plan_system, max(plan_code) as plan_code,
           max(plan_text) as plan_text
    from bill group by encounter
),
stay as (
    select * replace (
        coalesce(payer_system, plan_system) as payer_system,
        coalesce(payer_code, plan_code) as payer_code,
        coalesce(payer_text, plan_text) as payer_text
    ) from (
        select *, row_number() over (partition by encounter order by record) as first
        from records.encounter
        where organization = {organization} and deleted is not true
          and class_system = 'house' and class_code = 'inpatient'
          and coalesce(status_code, 'done') not in ('planned', 'cancelled', 'error')
          and (time_end is not null or status_code = 'done')
    ) left join plan using (encounter) where first = 1
),
patient as (
    select p.*, stay.encounter as of_stay, stay.time as admitted from stay join (
        select *, row_number() over (partition by person order by record) as first
        from records.person where organization = {organization} and deleted is not true
    ) p on p.person = stay.person and p.first = 1
),
-- One source speaks for the diagnoses of a stay, so that none comes twice: one that
-- names a main diagnosis, then one that tells what was there at admission.
speaks as (
    select encounter, source, row_number() over (
        partition by encounter
        order by max(case when role_code = 'main' then 1 else 0 end) desc,
                 count(admission_condition_code) desc, count(*) desc, source
    ) as turn
    from records.diagnosis where organization = {organization} and deleted is not true
    group by encounter, source
),
diagnoses as (
    select d.*, {kind} as slot from (
        select diagnosis.*, row_number() over (
            partition by encounter, role_code order by rank, time, record) as turn
        from records.diagnosis as diagnosis join speaks using (encounter, source)
        where organization = {organization} and speaks.turn = 1
          and deleted is not true
    ) d
),
procedures as (
    select p.*, {kind} as slot from (
        select *, row_number() over (
            partition by encounter, role_code order by rank, time, record) as turn
        from records.procedure
        where organization = {organization} and deleted is not true
          and coalesce(status_code, 'done') not in ('planned', 'cancelled', 'error')
    ) p
),
diagnosis_at as (
    select *, row_number() over (
        partition by encounter, slot order by rank, time, record) as number
    from diagnoses
),
procedure_at as (
    select *, row_number() over (
        partition by encounter, slot order by rank, time, record) as number
    from procedures
),
moves as (
    select *, row_number() over (
        partition by encounter order by time, sequence, record) as number,
        count(*) over (partition by encounter) as total
    from records.transfer where organization = {organization} and deleted is not true
),
-- Who was not moved leaves the department that he came to.
leaving as (
    select stay.encounter,
        case when moves.record is null then department_system
             else to_department_system end as to_department_system,
        case when moves.record is null then department_code
             else to_department_code end as to_department_code,
        case when moves.record is null then department_text
             else to_department_text end as to_department_text
    from stay left join moves
        on moves.encounter = stay.encounter and moves.number = moves.total
),
