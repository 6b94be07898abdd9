-- name: begin
begin immediate
-- name: set_meta
insert or replace into meta(key, value) values (?, ?)
-- name: add_object
insert or ignore into obj(id, kind, ns, name, uid, owner, first) values (?, ?, ?, ?, ?, ?, ?)
-- name: end_object
update obj set gone = ? where id = ?
-- name: add_version
insert into ver(id, obj, op, enc, paths, writer, wrote, base, body) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
-- name: add_event
insert or ignore into ev(id, kind, ns, name, type, reason, source, msg, body) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
-- name: add_message
insert or ignore into msg(id, text) values (?, ?)
-- name: add_sighting
insert into seen(id, ev, reason, n, last) values (?, ?, ?, ?, ?)
-- name: add_snapshot
insert into snap(id, at_ms, counts) values (?, ?, ?)
-- name: add_gap
insert into gap(id, kind, since_ms, until_ms, why) values (?, ?, ?, ?, ?)
-- name: set_cursor
insert or replace into cursor(kind, version) values (?, ?)
