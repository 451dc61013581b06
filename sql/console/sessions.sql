-- name: create_tables#
-- The console's own SQLite file. Another shape of the table gets another name: sessions can be opened anew.
create table if not exists sessions_1 (
    key blob primary key,
    project text not null,
    user_id text not null,
    created_at real not null,
    seen_at real not null,
    sealed blob not null
) without rowid;
create index if not exists sessions_1_by_user on sessions_1 (project, user_id);

-- name: insert_session!
insert into sessions_1 (key, project, user_id, created_at, seen_at, sealed)
values (:key, :project, :user_id, :created_at, :seen_at, :sealed);

-- name: find_session^
select created_at, seen_at, sealed from sessions_1 where key = :key and project = :project;

-- name: replace_tokens!
update sessions_1 set sealed = :sealed where key = :key and project = :project;

-- name: touch_session!
update sessions_1 set seen_at = :seen_at where key = :key and project = :project and seen_at <= :before;

-- name: delete_session!
delete from sessions_1 where key = :key and project = :project;

-- name: delete_sessions_of_user!
delete from sessions_1 where user_id = :user_id and project = :project and key <> :keep;

-- name: delete_ended_sessions!
-- Of every project: an ended session is nobody's.
delete from sessions_1 where seen_at <= :seen_before or created_at <= :created_before;
