-- name: add_session!
insert into auth.sessions (id, user_id, created_at, updated_at, user_agent, ip)
values (:session_id, :user_id, :now, :now, :user_agent, :address);

-- name: add_method!
insert into auth.mfa_amr_claims (session_id, authentication_method, created_at, updated_at)
values (:session_id, :method, :now, :now);

-- name: methods_of
select authentication_method, created_at from auth.mfa_amr_claims where session_id = :session_id order by created_at desc;

-- name: session_by_id^
select * from auth.sessions where id = :session_id;

-- name: session_for_refresh^
-- Two refreshes of one session wait for each other here.
select * from auth.sessions where id = :session_id for update;

-- name: note_refresh!
update auth.sessions set refreshed_at = :now, updated_at = :now, user_agent = :user_agent, ip = :address
where id = :session_id;

-- name: add_refresh_token!
insert into auth.refresh_tokens (token, user_id, session_id, parent, created_at, updated_at)
values (:token, :user_id, :session_id, :parent, :now, :now);

-- name: refresh_token^
select * from auth.refresh_tokens where token = :token;

-- name: active_refresh_token^
select * from auth.refresh_tokens where session_id = :session_id and not revoked order by id desc limit 1;

-- name: revoke_refresh_token!
update auth.refresh_tokens set revoked = true, updated_at = :now where token = :token and not revoked;

-- name: revoke_session!
update auth.refresh_tokens set revoked = true, updated_at = :now where session_id = :session_id and not revoked;

-- name: delete_session!
delete from auth.sessions where id = :session_id;

-- name: delete_other_sessions!
delete from auth.sessions where user_id = :user_id and id <> :session_id;

-- name: delete_all_sessions!
delete from auth.sessions where user_id = :user_id;
