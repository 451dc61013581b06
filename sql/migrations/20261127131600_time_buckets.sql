-- Hours, days, weeks and months by the clocks of a time zone.

-- Months must be the same for every caller, so a zone must be one that this server knows by name.
create or replace function genjobs.is_time_zone(p_time_zone text) returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    select exists (select from pg_catalog.pg_timezone_names as zone where zone.name = p_time_zone)
$$;

-- The first moment at which the zone's clocks show p_local or later, even if they show it twice or never.
create or replace function genjobs.opening(p_local timestamp, p_time_zone text) returns timestamptz
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    select min(given.moment)
    from unnest(array[interval '3 hours', '2 hours', '1 hour', '30 minutes', '0']) as earlier
    cross join lateral (select (p_local at time zone p_time_zone) - earlier as moment) as given
    where given.moment at time zone p_time_zone >= p_local
$$;

-- The latest month that has begun by p_at, even if the clocks have since gone back into the one before.
create or replace function genjobs.month_of(p_at timestamptz, p_time_zone text) returns timestamp
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    select case when p_at < genjobs.opening(shown.next, p_time_zone) then shown.month else shown.next end
    from (
        select given.month, given.month + interval '1 month' as next
        from (select date_trunc('month', p_at at time zone p_time_zone) as month) as given
    ) as shown
$$;

-- Divides [p_from, p_to) into the zone's hours, days, weeks (from Monday) or months, in order; `label` is the local time
-- at which the whole bucket begins. An hour that the clocks repeat is two buckets, and if they change within an hour, a
-- bucket ends and the next begins at that second. Raises invalid_parameter_value for a zone or a bucket that does not
-- exist, for an empty range and for more than 10,000 buckets.
create or replace function genjobs.cost_buckets(
    p_from timestamptz, p_to timestamptz, p_bucket text, p_time_zone text
)
returns table (n integer, label timestamp, lower timestamptz, upper timestamptz)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    step constant interval := case p_bucket
        when 'hour' then interval '1 hour'
        when 'day' then interval '1 day'
        when 'week' then interval '7 days'
        when 'month' then interval '1 month'
    end;
begin
    if step is null then
        raise exception 'There is no such bucket.'
            using errcode = 'invalid_parameter_value',
                detail = format('p_bucket was %s.', quote_nullable(p_bucket)),
                hint = 'Use hour, day, week or month.';
    end if;
    begin
        if p_time_zone !~ '^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$|^[A-Z]{3}[0-9][A-Z]{3}$' then
            raise invalid_parameter_value;
        end if;
        perform now() at time zone p_time_zone;
    exception when invalid_parameter_value then
        raise exception 'There is no such time zone.'
            using errcode = 'invalid_parameter_value',
                detail = format('p_time_zone was %s.', quote_nullable(p_time_zone)),
                hint = 'Use an IANA name, for example Europe/Berlin.';
    end;
    if p_from is null or p_to is null or p_time_zone is null or p_from >= p_to or not isfinite(p_from) or not isfinite(p_to) then
        raise exception 'The range is empty or has no end.'
            using errcode = 'invalid_parameter_value',
                detail = format('The given range is from %s to %s.', p_from, p_to),
                hint = 'Give p_from before p_to; the range ends before p_to.';
    end if;
    if (extract(epoch from p_to) - extract(epoch from p_from)) / extract(epoch from step) > 10000 then
        raise exception 'The range has too many buckets.'
            using errcode = 'invalid_parameter_value',
                detail = format('It has more than 10,000 buckets of one %s.', p_bucket),
                hint = 'Give a shorter range or a longer bucket.';
    end if;

    if p_bucket = 'hour' then
        return query
        with sample as (
            select
                given.at, given.ahead, lead(given.at) over by_time as next_at, lead(given.ahead) over by_time as next_ahead
            from (
                select series.at, (series.at at time zone p_time_zone) - (series.at at time zone 'UTC') as ahead
                from generate_series(
                    date_bin(interval '1 hour', p_from, timestamptz 'epoch'), p_to + interval '1 hour', interval '1 hour'
                ) as series (at)
            ) as given
            window by_time as (order by given.at)
        ),
        -- To the second: not every zone's clocks change on the hour; those of St John's did at one minute past midnight.
        clock_change as (
            select min(second.at) as at
            from sample
            cross join lateral generate_series(sample.at, sample.next_at, interval '1 second') as second (at)
            where sample.ahead <> sample.next_ahead
                and (second.at at time zone p_time_zone) - (second.at at time zone 'UTC') = sample.next_ahead
            group by sample.at
        ),
        -- Each moment at which the zone's clocks show a full hour, with any of the offsets that the zone has in the
        -- range.
        moment as (
            select given.at, given.at at time zone p_time_zone as local
            from (
                select p_from as at
                union
                select clock_change.at from clock_change
                union
                select full_hour.at
                from (select distinct sample.ahead from sample) as zone
                cross join lateral generate_series(
                    date_bin(interval '1 hour', p_from, timestamptz 'epoch' - zone.ahead), p_to, interval '1 hour'
                ) as full_hour (at)
            ) as given
            where given.at >= p_from and given.at < p_to
        ),
        changed as (
            select
                moment.at, date_trunc('hour', moment.local) as hour,
                date_trunc('hour', moment.local) is distinct from lag(date_trunc('hour', moment.local)) over by_time
                    or extract(epoch from moment.local - moment.at at time zone 'UTC')
                        is distinct from lag(extract(epoch from moment.local - moment.at at time zone 'UTC')) over by_time
                    as is_new
            from moment
            window by_time as (order by moment.at)
        )
        select
            row_number() over by_time::integer, changed.hour, changed.at,
            lead(changed.at, 1, p_to) over by_time
        from changed
        where changed.is_new
        window by_time as (order by changed.at)
        order by changed.at;
        return;
    end if;

    -- A day begins at the first moment at which the zone's clocks show it, even if midnight comes twice or never.
    return query
    with opening as (
        select
            local.label as label,
            (
                select min(moment)
                from unnest(array[interval '3 hours', '2 hours', '1 hour', '30 minutes', '0']) as earlier
                cross join lateral (select (local.label at time zone p_time_zone) - earlier as moment) as given
                where moment at time zone p_time_zone >= local.label
            ) as at
        from generate_series(
            date_trunc(p_bucket, p_from at time zone p_time_zone) - step, (p_to at time zone p_time_zone) + step, step
        ) as local (label)
    ),
    cut as (
        select
            opening.label, greatest(opening.at, p_from) as lower,
            least(lead(opening.at) over (order by opening.label), p_to) as upper
        from opening
    )
    select row_number() over (order by cut.lower)::integer, cut.label, cut.lower, cut.upper
    from cut
    where cut.lower < cut.upper
    order by cut.lower;
end
$$;

revoke all on function
    genjobs.is_time_zone(text),
    genjobs.opening(timestamp, text),
    genjobs.month_of(timestamptz, text),
    genjobs.cost_buckets(timestamptz, timestamptz, text, text)
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127131600') on conflict do nothing;
