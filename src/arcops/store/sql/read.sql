-- name: meta
select value from meta where key = ?
-- name: counts
select (select count(*) from ver where id >= :start) as revisions, (select count(*) from seen) as sightings,
       (select count(*) from snap) as snapshots, (select count(*) from gap) as gaps,
       (select count(*) from obj where gone is not null) as ended
-- name: last_ids
select (select max(id) from ver), (select max(id) from seen), (select max(id) from snap), (select max(id) from gap)
-- name: last_numbers
select (select max(id) from obj) as obj, (select max(id) from ev) as ev, (select max(id) from msg) as msg
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
select id, op, enc, paths, writer, wrote, base, body from ver where obj = ? and id <= ? order by id desc
-- name: whole
select body from ver where id = ? and enc = 0
-- name: versions_of_name
select v.id, v.obj, k.name, n.name, o.name, o.uid, o.owner
from obj o join kind k on k.id = o.kind join ns n on n.id = o.ns join ver v on v.obj = o.id
where k.name = :kind and n.name = :namespace and o.name = :name and v.id between :since and :until
order by v.id desc limit :limit
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
select s.id, s.n, s.last, k.name, n.name, e.name, e.type, r.name, c.name, m.text, e.body
from seen s join ev e on e.id = s.ev join kind k on k.id = e.kind join ns n on n.id = e.ns
join reason r on r.id = s.reason join source c on c.id = e.source join msg m on m.id = e.msg
where s.id between :since and :until
  and (:reason is null or r.name = :reason) and (:namespace is null or n.name = :namespace) and (:name is null or e.name = :name)
  and (:type is null or e.type = :type)
  and (:text is null or s.ev in (select e2.id from ev e2 join msg m2 on m2.id = e2.msg where m2.text like :text escape '\'))
order by s.id desc
-- name: gaps
select k.name, g.since_ms, g.until_ms, g.why from gap g left join kind k on k.id = g.kind
where g.since_ms <= :until and g.until_ms >= :since order by g.since_ms, g.id
-- name: snapshots
select id, at_ms, counts from snap where at_ms between :since and :until order by id desc limit :limit
-- name: cursors
select k.name, c.version from cursor c join kind k on k.id = c.kind
