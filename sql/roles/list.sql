select id::text, coalesce(email, ''), raw_app_meta_data ->> 'console_role'
from auth.users
