-- Keep what a provider answered until the user who began comes for it; the first answer counts.
-- $1 id           uuid
-- $2 codeHash     text
-- $3 sealedAnswer text
update calendar_attempts set code_hash = $2, sealed_answer = $3 where id = $1 and code_hash is null
returning id
