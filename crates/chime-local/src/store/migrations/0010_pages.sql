-- What lists leave out is left out of their indexes, too: a page takes as long in a large world as in a small one.

CREATE INDEX channels_by_privacy ON channels (app_instance_id, privacy, channel_id);
CREATE INDEX listed_users_of_an_app_instance ON users (app_instance_id, user_id)
    WHERE deleted = 0 AND configuration IS NULL;
