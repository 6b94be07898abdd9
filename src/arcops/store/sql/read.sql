-- name: meta
select value from meta where key = ?
-- name: counts
select (select count(*) from ver where id >= :start) as revisions, (select count(*) from seen) as sightings,
       (select count(*) from snap) as snapshots, (select count(*) from gap) as gaps,
       (select count(*) from obj where gone is not null) as ended, (select count(*) from log) as logs
-- name: last_ids
select (select max(id) from ver), (select max(id) from seen), (select max(id) from snap), (select max(id) from gap), (select max(id) from log)
-- name: last_numbers
select (select max(id) from obj) as obj, (select max(id) from ev) as ev, (select max(id) from about) as about
-- name: lives_of_name
select o.id, k.name, n.name, o.name, o.uid, o.owner from obj o join kind k on k.id = o.kind join ns n on n.id = o.ns
where k.name = :kind and n.name = :namespace and o.name = :name
-- name: lives_at
select o.id, k.name, n.name, o.name, o.uid, o.owner, (select max(id) from ver where obj = o.id and id <= :bound) as newest
from obj o join kind k on k.id = o.kind join ns n on n.id = o.ns
where o.first <= :bound and (o.gone is null or o.gone > :bound)
  and (:kind is null or k.name = :kind) and (:namespace is null or n.name = :namespace)
  and (:name is null or o.name = :name) and (:uid is null or o.uid = :uid)
-- name: newest_of_life
select max(id) from ver where obj = ? and id <= ?
-- name: versions_back
select id, how & 15, how >> 4, paths, writer, wrote, base, body from ver where obj = ? and id <= ? order by id desc
-- name: whole
select body from ver where id = ? and how >> 4 = 2
-- name: versions_of_name
select v.id, v.obj, k.name, n.name, o.name, o.uid, o.owner
from obj o join kind k on k.id = o.kind join ns n on n.id = o.ns join ver v on v.obj = o.id
where k.name = :kind and n.name = :namespace and o.name = :name and v.id between :since and :until
order by v.id desc limit :limit
-- name: list_by_time
select v.id, v.how & 15, v.paths, v.writer, v.wrote, v.obj
from ver v cross join obj o on o.id = v.obj join kind k on k.id = o.kind join ns n on n.id = o.ns
where v.id between :since and :until
  and (:kind is null or k.name = :kind) and (:namespace is null or n.name = :namespace)
  and (:name is null or o.name = :name) and (:uid is null or o.uid = :uid)
  and (:ops is null or (1 << (v.how & 7)) & :ops)
  and (:field is null or v.paths in (select id from paths where instr(char(10) || name, char(10) || :field)))
  and (:text is null or o.name like :text escape '\' or v.paths in (select id from paths where name like :text escape '\')
       or v.writer in (select id from writer where name like :text escape '\'))
order by v.id desc
-- name: list_by_object
select v.id, v.how & 15, v.paths, v.writer, v.wrote, v.obj
from obj o join kind k on k.id = o.kind join ns n on n.id = o.ns cross join ver v on v.obj = o.id
where v.id between :since and :until and o.first <= :until and (o.gone is null or o.gone >= :since)
  and (:kind is null or k.name = :kind) and (:namespace is null or n.name = :namespace)
  and (:name is null or o.name = :name) and (:uid is null or o.uid = :uid)
  and (:ops is null or (1 << (v.how & 7)) & :ops)
  and (:field is null or v.paths in (select id from paths where instr(char(10) || name, char(10) || :field)))
  and (:text is null or o.name like :text escape '\' or v.paths in (select id from paths where name like :text escape '\')
       or v.writer in (select id from writer where name like :text escape '\'))
order by v.id desc
-- name: life
select o.id, k.name, n.name, o.name, o.uid, o.owner from obj o join kind k on k.id = o.kind join ns n on n.id = o.ns where o.id = ?
-- name: life_of_version
select o.id, k.name, n.name, o.name, o.uid, o.owner
from ver v join obj o on o.id = v.obj join kind k on k.id = o.kind join ns n on n.id = o.ns where v.id = ?
-- name: lives_within
select o.id, k.name, n.name, o.name, o.uid, o.owner, o.first, o.gone
from obj o join kind k on k.id = o.kind join ns n on n.id = o.ns
where o.first <= :until
  and (:kind is null or k.name = :kind) and (:namespace is null or n.name = :namespace)
  and (:name is null or o.name = :name) and (:uid is null or o.uid = :uid)
-- name: lives_by_kind
select k.name, min(o.first), sum(o.first >= :start) from obj o join kind k on k.id = o.kind group by k.id
-- name: noise
select substr(key, length(:prefix) + 1), value from meta where key like :prefix || '%'
-- name: logs
select l.id, i.name, a.name, a.uid, f.name, l.previous, l.base, l.body
from log l join about a on a.id = l.about join ns i on i.id = a.inside join container f on f.id = l.container
where l.id between :since and :until
  and (:namespace is null or i.name = :namespace) and (:pod is null or a.name = :pod)
  and (:uid is null or a.uid = :uid) and (:container is null or f.name = :container)
order by l.id desc
-- name: log_ids
select id from log order by id
-- name: log_bodies
select base, body from log where id between ? and ?
-- name: log_body
select body from log where id = ? and base is null
-- name: changes_by_time
select v.id, v.obj, k.name, n.name, o.name, o.uid, o.owner
from ver v cross join obj o on o.id = v.obj join kind k on k.id = o.kind join ns n on n.id = o.ns
where v.id between :since and :until
  and (:kind is null or k.name = :kind) and (:namespace is null or n.name = :namespace)
  and (:name is null or o.name = :name) and (:uid is null or o.uid = :uid)
order by v.id desc limit :limit
-- name: changes_by_object
select v.id, v.obj, k.name, n.name, o.name, o.uid, o.owner
from obj o join kind k on k.id = o.kind join ns n on n.id = o.ns cross join ver v on v.obj = o.id
where v.id between :since and :until and o.first <= :until and (o.gone is null or o.gone >= :since)
  and (:kind is null or k.name = :kind) and (:namespace is null or n.name = :namespace)
  and (:name is null or o.name = :name) and (:uid is null or o.uid = :uid)
order by v.id desc limit :limit
-- name: sightings
select s.id, s.n, s.last, k.name, n.name, i.name, a.name, a.uid, t.name, m.text, e.name, e.uid, e.first
from seen s join ev e on e.id = s.ev join about a on a.id = e.about join kind k on k.id = a.kind join ns n on n.id = a.ns
join ns i on i.id = a.inside join sort t on t.id = e.sort join msg m on m.id = e.msg
where s.id between :since and :until
  and (:name is null or s.ev in (select id from ev where about in (select id from about where name = :name)))
  and (:reason is null or s.ev in (select id from ev where sort in (select id from sort where instr(name, :reason))))
  and (:namespace is null or n.name = :namespace) and (:type is null or instr(t.name, :type))
  and (:text is null or s.ev in (
    select e2.id from ev e2 join msg m2 on m2.id = e2.msg join about a2 on a2.id = e2.about join ns n2 on n2.id = a2.ns
    where replace(replace(m2.text, char(1), a2.name), char(2), n2.name) like :text escape '\'))
order by s.id desc
-- name: gaps
select k.name, g.since_ms, g.until_ms, g.why from gap g left join kind k on k.id = g.kind
where g.since_ms <= :until and g.until_ms >= :since order by g.since_ms, g.id
-- name: snapshots
select s.id, s.at_ms, c.name, s.counts from snap s join counted c on c.id = s.counted
where s.at_ms between :since and :until order by s.id desc limit :limit
-- name: cursors
select k.name, c.version from cursor c join kind k on k.id = c.kind
