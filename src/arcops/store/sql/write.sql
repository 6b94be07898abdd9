-- name: begin
begin immediate
-- name: set_meta
insert or replace into meta(key, value) values (?, ?)
-- name: add_count
insert into meta(key, value) values (?, ?) on conflict(key) do update set value = value + excluded.value
-- name: add_object
insert or ignore into obj(id, kind, ns, name, uid, owner, first) values (?, ?, ?, ?, ?, ?, ?)
-- name: end_object
update obj set gone = ? where id = ?
-- name: add_version
insert into ver(id, obj, how, paths, writer, wrote, base, body) values (?, ?, ?, ?, ?, ?, ?, ?)
-- name: add_about
insert or ignore into about(id, kind, ns, inside, name, uid) values (?, ?, ?, ?, ?, ?)
-- name: add_event
insert or ignore into ev(id, about, sort, msg, name, uid, first) values (?, ?, ?, ?, ?, ?, ?)
-- name: add_message
insert or ignore into msg(id, text) values (?, ?)
-- name: add_sighting
insert into seen(id, ev, n, last) values (?, ?, ?, ?)
-- name: add_log
insert into log(id, about, container, previous, base, body) values (?, ?, ?, ?, ?, ?)
-- name: add_snapshot
insert into snap(id, at_ms, counted, counts) values (?, ?, ?, ?)
-- name: add_gap
insert into gap(id, kind, since_ms, until_ms, why) values (?, ?, ?, ?, ?)
-- name: set_cursor
insert or replace into cursor(kind, version) values (?, ?)
