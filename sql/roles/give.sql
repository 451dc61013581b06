update auth.users
set raw_app_meta_data = jsonb_strip_nulls(
        coalesce(raw_app_meta_data, '{}') || jsonb_build_object('console_role', %(role)s::text)
    ),
    updated_at = now()
where id = %(user_id)s::uuid
