-- name: user_by_id^
select * from auth.users where id = :user_id;

-- name: user_by_email^
select * from auth.users where email = :email and is_sso_user = false for no key update;

-- name: add_user^
-- Nothing comes back when somebody has the address already.
insert into auth.users (
    instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, confirmation_token, recovery_token,
    email_change_token_new, email_change, raw_app_meta_data, raw_user_meta_data, created_at, updated_at
) values (
    '00000000-0000-0000-0000-000000000000', :user_id, 'authenticated', :role, :email, :encrypted_password, :confirmed_at,
    '', '', '', '', :app_metadata, :user_metadata, :now, :now
)
on conflict do nothing
returning *;

-- name: add_identity!
insert into auth.identities (
    provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at
) values (
    :user_id::text, :user_id::uuid, :identity_data, 'email', :now, :now, :now
);

-- name: identities_of
select * from auth.identities where user_id = :user_id order by created_at;

-- name: confirm_email!
update auth.users set email_confirmed_at = coalesce(email_confirmed_at, :now), updated_at = :now where id = :user_id;

-- name: mark_identity!
update auth.identities set
    identity_data = identity_data || jsonb_build_object('email', :email::text, 'email_verified', :verified::boolean),
    updated_at = :now
where user_id = :user_id and provider = 'email';

-- name: note_sign_in!
update auth.users set last_sign_in_at = :now, updated_at = :now where id = :user_id;

-- name: set_password!
update auth.users set encrypted_password = :encrypted_password, updated_at = :now where id = :user_id;

-- name: set_email!
update auth.users set email = :email, email_change = '', updated_at = :now where id = :user_id;

-- name: propose_email!
update auth.users set email_change = :email, updated_at = :now where id = :user_id;

-- name: note_code_sent!
update auth.users set
    confirmation_sent_at = case when :token_type = 'confirmation_token' then :now else confirmation_sent_at end,
    recovery_sent_at = case when :token_type = 'recovery_token' then :now else recovery_sent_at end,
    email_change_sent_at = case when :token_type = 'email_change_token_new' then :now else email_change_sent_at end
where id = :user_id;

-- name: merge_metadata!
-- A null in the new values takes the key away.
update auth.users set
    raw_user_meta_data = jsonb_strip_nulls(coalesce(raw_user_meta_data, '{}') || :user_metadata),
    raw_app_meta_data = jsonb_strip_nulls(coalesce(raw_app_meta_data, '{}') || :app_metadata),
    updated_at = :now
where id = :user_id;

-- name: set_role!
update auth.users set role = :role, updated_at = :now where id = :user_id;

-- name: ban!
update auth.users set banned_until = :until, updated_at = :now where id = :user_id;

-- name: delete_user!
delete from auth.users where id = :user_id;

-- name: list_users
select * from auth.users order by created_at desc, id limit :size offset :skipped;

-- name: count_users$
select count(*) from auth.users;
