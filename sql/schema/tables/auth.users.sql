-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- trigger zz_erase_generation_job_totals of auth.users
CREATE OR REPLACE TRIGGER zz_erase_generation_job_totals AFTER DELETE ON auth.users
    FOR EACH ROW
    EXECUTE FUNCTION genjobs.erase_person();
