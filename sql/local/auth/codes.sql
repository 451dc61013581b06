-- name: put_code!
-- A newer code of a kind takes the older one's place.
insert into auth.one_time_tokens (user_id, token_type, token_hash, relates_to, created_at, updated_at)
values (:user_id, :token_type, :token_hash, :relates_to, :now, :now)
on conflict (user_id, token_type) do update set
    token_hash = excluded.token_hash, relates_to = excluded.relates_to, wrong_tries = 0,
    created_at = excluded.created_at, updated_at = excluded.updated_at;

-- name: codes_to_try
-- Tries of one address wait for each other here, so that each is counted before the next is judged.
select * from auth.one_time_tokens
where relates_to = :address and token_type = any(:token_types)
order by id for update;

-- name: count_wrong_try!
update auth.one_time_tokens set wrong_tries = wrong_tries + 1
where relates_to = :address and token_type = any(:token_types);

-- name: end_codes!
delete from auth.one_time_tokens
where relates_to = :address and token_type = any(:token_types) and wrong_tries >= :most_tries;

-- name: take_code^
-- A code works once.
delete from auth.one_time_tokens
where token_hash = any(:token_hashes) and token_type = any(:token_types) and created_at > :made_after
returning *;
