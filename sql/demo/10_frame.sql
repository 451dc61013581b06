-- What the demo data hangs on: its clock, the time and seed of this run, and where chance comes from.
-- Settings of the transaction: demo.now (timestamptz), demo.seed and demo.jobs_a_day (integers).

set local timezone = 'UTC';
set local datestyle = 'ISO';
set local client_min_messages = 'warning';
select pg_advisory_xact_lock(hashtext('genjobs demo data'));

create schema if not exists demo;

-- One row: seed, size and first day of this database's demo data, and the moment up to which it reaches.
-- The jobs created after `begins` are there; null where all were made at once.
create table if not exists demo.clock (
    only_row boolean primary key default true check (only_row),
    seed integer not null,
    first_day timestamptz not null,
    reaches timestamptz not null
);
alter table demo.clock add column if not exists jobs_a_day integer not null default 456;
alter table demo.clock add column if not exists begins timestamptz;

insert into demo.clock (seed, jobs_a_day, first_day, reaches)
select
    current_setting('demo.seed')::integer,
    current_setting('demo.jobs_a_day')::integer,
    frame.first_day,
    frame.first_day - interval '1 microsecond'
from (select date_trunc('day', current_setting('demo.now')::timestamptz) - interval '120 days' as first_day) as frame
on conflict do nothing;

-- This run: the jobs created after `since` and not after `until`. The first run makes the last two weeks, so that
-- there is soon something to look at. Each of the next ones makes the month before, so that nobody who deletes what
-- it refers to waits for long. All later ones make what is new.
-- A clock that was put back does not undo anything: now is never before what is filled already.
create temporary table run on commit drop as
select
    clock.seed,
    clock.jobs_a_day,
    clock.first_day,
    kind.is_first,
    kind.is_backward,
    case
        when kind.is_first then greatest(clock.reaches, moment.now - interval '14 days')
        when kind.is_backward then greatest(clock.first_day - interval '1 microsecond', clock.begins - interval '30 days')
        else clock.reaches
    end as since,
    case when kind.is_backward then clock.begins else moment.now end as until,
    moment.now
from demo.clock
cross join lateral (
    select
        clock.reaches < clock.first_day as is_first,
        coalesce(clock.begins >= clock.first_day, false) as is_backward
) as kind
cross join lateral (select greatest(clock.reaches, current_setting('demo.now')::timestamptz) as now) as moment;

-- Chance is a digest of the seed and a name, so that the same name always meets the same fate.
create or replace function pg_temp.digest(name text) returns text
language sql stable
return md5(current_setting('demo.seed') || ':' || name);

-- Ids come from the digest too, in the shape of random ones.
create or replace function pg_temp.identity(name text) returns uuid
language sql stable
return overlay(overlay(pg_temp.digest(name) placing '4' from 13 for 1) placing 'a' from 17 for 1)::uuid;

-- Four numbers from 0 to below 1 lie in one digest; `which` is 0, 1, 2 or 3.
create or replace function pg_temp.uniform(digest text, which integer) returns double precision
language sql stable
return ('x' || substr(digest, 1 + 7 * which, 7))::bit(28)::integer / 268435456.0::double precision;

select set_config('demo.seed', run.seed::text, true) from pg_temp.run;
