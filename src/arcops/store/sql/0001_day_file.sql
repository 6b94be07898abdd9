-- Layout 1 of a day file (user_version). Never edited once released; a new layout is a new file beside this one.
--
-- Ids of ver, seen, snap and gap are base/ids.py ids: they rise with time and are unique in the whole record.
-- Ids of obj and of the word tables keep counting from file to file, but each file holds every row it refers to.

create table meta(key text primary key, value) without rowid;
-- start: the first id that belongs to this file. Versions below it are carried: the state at that moment, copied from
--        the file before, so that this file answers alone. alive_ms: when the last commit was. complete: 1.

create table kind(id integer primary key, name text not null unique);      -- 'Pod', 'Deployment.apps'
create table ns(id integer primary key, name text not null unique);
create table reason(id integer primary key, name text not null unique);
create table paths(id integer primary key, name text not null unique);     -- changed fields, one per line
create table writer(id integer primary key, name text not null unique);    -- manager, operation, subresource, one per line
create table source(id integer primary key, name text not null unique);    -- component that wrote an event
create table msg(id integer primary key, text text not null);              -- event messages, each once per file

create table obj(
  id integer primary key,       -- numbers one life of one uid
  kind int not null, ns int not null, name text not null,
  uid blob not null,            -- 16 bytes, or text if it is no UUID
  owner blob,                   -- uid of the controller
  first int not null,           -- id of the first version
  gone int                      -- id of the tombstone
);
create index obj_name on obj(ns, kind, name);

create table ver(
  id integer primary key,
  obj int not null,
  op int not null,              -- kube/watch.py Op; + 8 when the moment of the change was not seen
  enc int not null,             -- 0 whole, 1 against the whole frame "base", 2 against the version before
  paths int not null,           -- 0 for none
  writer int not null,          -- 0 for unknown
  wrote int,                    -- Unix seconds at which the writer says it wrote, or text
  base int,
  body blob not null            -- zstd frame with checksum
);
create index ver_obj on ver(obj);

create table ev(
  id integer primary key,       -- numbers one Event object
  kind int not null, ns int not null, name text not null,   -- kind and name involved; namespace of the event
  type text not null, reason int not null, source int not null, msg int not null,
  body blob not null            -- msgpack of days/packing.py EventRest
);
create index ev_obj on ev(ns, kind, name);
create table seen(id integer primary key, ev int not null, reason int not null, n int not null, last);
create index seen_reason on seen(reason);

create table snap(id integer primary key, at_ms int not null, counts text not null);
create table gap(id integer primary key, kind int, since_ms int not null, until_ms int not null, why text not null);
create table cursor(kind int primary key, version text not null);
