-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.limit_mode(text, integer, integer)
CREATE OR REPLACE FUNCTION genjobs.limit_mode(p_mode text, p_max_running integer, p_max_attempts integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform genjobs.refuse_unless(
        length(p_mode) between 1 and 100, 'The mode of a limit must have 1 to 100 characters.', 'Use the mode of your jobs.'
    );
    perform genjobs.refuse_unless(
        coalesce(p_max_running, 1) > 0 and coalesce(p_max_attempts, 1) between 1 and 100,
        'A mode must allow at least 1 job at once, and 1 to 100 attempts.',
        'Pass numbers in these ranges, or null for no limit.'
    );
    if p_max_running is null and p_max_attempts is null then
        delete from genjobs.mode_limits as limits where limits.mode = p_mode;
    else
        insert into genjobs.mode_limits as limits (mode, max_running, max_attempts)
        values (p_mode, p_max_running, p_max_attempts)
        on conflict (mode) do update
        set max_running = excluded.max_running, max_attempts = excluded.max_attempts;
    end if;
end
$function$;

-- grants of genjobs.limit_mode(text, integer, integer)
REVOKE ALL ON FUNCTION genjobs.limit_mode(text, integer, integer) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.limit_mode(text, integer, integer) TO service_role;
